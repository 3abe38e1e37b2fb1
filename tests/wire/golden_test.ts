/**
 * The bytes that this version writes, and has to read for as long as the formats have these versions: files of frames, one
 * for each of the samples.
 *
 * Where an encoding is meant to change, and its format has got a new version, `UPDATE=1 deno test -A tests/wire/golden_test.ts`
 * writes the files anew; then `git diff --stat` shows which are others.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import type { Effect, Entry, Message, Node, Outbox, Proposal } from "../../core/mod.ts";
import {
  agreeOn,
  beginFrame,
  decode,
  endFrame,
  type FormatName,
  FORMATS,
  frameAt,
  readConfChange,
  readConfiguration,
  readEntries,
  readEntry,
  readFormat,
  readHardState,
  readMessage,
  readNode,
  readOutbox,
  readProposals,
  readSnapshot,
  writeAnnouncement,
  writeConfChange,
  writeConfiguration,
  writeEntries,
  writeEntry,
  writeFormat,
  writeHardState,
  writeMessage,
  writeNode,
  writeOutbox,
  writeProposals,
  Writer,
  writeSnapshot,
} from "../../effects/wire/mod.ts";
import { isGranted, testsThatNeed } from "../permissions.ts";
import { type Codec, observable, right } from "./round_trip.ts";
import * as samples from "./samples.ts";

const test = testsThatNeed("read");
const UPDATE = isGranted("read", "write", "env") && Deno.env.get("UPDATE") === "1";

const effects: readonly Effect[] = [
  ...Object.values(samples.EFFECTS),
  ...Object.values(samples.ROLE_CHANGE_REASONS).map((reason) => ({ ...samples.EFFECTS.RoleChanged, reason })),
  ...Object.values(samples.REFUSED_REASONS).map((reason): Effect => ({ type: "Refused", reason })),
  ...Object.values(samples.FAULT_REASONS).map((reason): Effect => ({ type: "Fault", reason })),
];
const proposals: readonly Proposal[] = samples.MESSAGES.ForwardedPropose.entries;

golden<Message>("messages", Object.values(samples.MESSAGES), { write: writeMessage, read: readMessage });
golden<Outbox>("outboxes", [[], ...effects.map((effect) => [effect])], { write: writeOutbox, read: readOutbox });
golden<Node>("nodes", Object.values(samples.NODES), { write: writeNode, read: readNode });
golden<readonly Entry[]>("entry_lists", [[], samples.ENTRIES], { write: writeEntries, read: readEntries });
golden<Entry>("entries", samples.ENTRIES, { write: writeEntry, read: readEntry });
golden<readonly Proposal[]>("proposals", [[], proposals], { write: writeProposals, read: readProposals });
golden("hard_states", [samples.HARD_STATE], { write: writeHardState, read: readHardState });
golden("configurations", [samples.CONFIGURATION], { write: writeConfiguration, read: readConfiguration });
golden("snapshots", [samples.SNAPSHOT], { write: writeSnapshot, read: readSnapshot });
golden("conf_changes", [samples.CHANGE], { write: writeConfChange, read: readConfChange });
golden<FormatName>("headers", ["segment", "snapshot", "recording", "handshake"], {
  write: (writer, name) => {
    writeFormat(writer, name);
    writeAnnouncement(writer, name);
  },
  read: (reader) => {
    const bytes = reader.remaining();
    const names = Object.keys(FORMATS) as readonly FormatName[];
    const found = names.filter((name) => E.isRight(readFormat(bytes, name)));
    assertEquals(found.length, 1);
    assertEquals(agreeOn(bytes.subarray(8), found[0]), readFormat(bytes, found[0]));
    return found[0];
  },
});

function golden<A>(name: string, values: readonly A[], { write, read }: Codec<A>): void {
  test(`Golden ${name.replaceAll("_", " ")} are read as ever, and written as ever`, () => {
    const file = new URL(`./golden/${name}.bin`, import.meta.url);
    const writer = new Writer();
    for (const value of values) {
      const at = beginFrame(writer);
      write(writer, value);
      endFrame(writer, at);
    }
    if (UPDATE) Deno.writeFileSync(file, writer.view());
    const bytes = Deno.readFileSync(file);
    const found: A[] = [];
    for (let at = 0; at < bytes.length;) {
      const frame = frameAt(bytes, at, bytes.length);
      assert(frame.type === "Frame", `${name}.bin is damaged at ${at}`);
      found.push(right(decode(frame.payload, read)));
      at = frame.next;
    }
    assertEquals(found.map(observable), values.map(observable));
    assertEquals(writer.copy(), bytes, `${name} are written in another way; UPDATE=1 would rewrite the file.`);
  });
}
