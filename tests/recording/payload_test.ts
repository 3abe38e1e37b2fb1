import { assert, assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { type Message, type Proposal, proposal, proposeConfChange } from "../../core/mod.ts";
import { hexadecimal } from "../../effects/recording/hash.ts";
import { hasPayload, LeftOut, Notes, payloadHash, withLeftOut } from "../../effects/recording/payload.ts";
import { encode, Reader, readMessage, writeMessage } from "../../effects/wire/mod.ts";
import { canonical } from "../properties/canonical.ts";
import * as samples from "../wire/samples.ts";

const COMMAND = proposal(new TextEncoder().encode("SET password secret"));
const PROPOSALS: readonly Proposal[] = [COMMAND, proposeConfChange(samples.CHANGE), proposal(new Uint8Array(0))];

const MESSAGES: readonly Message[] = [
  { type: "Propose", ticket: 1, entries: PROPOSALS },
  { ...samples.MESSAGES.ForwardedPropose, entries: PROPOSALS },
  samples.MESSAGES.Append,
];

function throughRecording(message: Message, payloads: "full" | "hash" | "none"): Message {
  const bytes = encode(new Notes(payloads).message(message), writeMessage);
  const reader = new Reader(bytes);
  return withLeftOut(readMessage(reader), payloads, reader);
}

function entriesOf(message: Message): readonly Proposal[] {
  return "entries" in message ? message.entries : [];
}

Deno.test("with everything recorded, messages are what they were", () => {
  for (const message of Object.values(samples.MESSAGES)) {
    assertEquals(canonical(throughRecording(message, "full")), canonical(message));
  }
});

Deno.test("without payloads, whatever is no payload is what it was", () => {
  for (const payloads of ["hash", "none"] as const) {
    for (const message of Object.values(samples.MESSAGES)) {
      if (entriesOf(message).some(hasPayload)) continue;
      assertEquals(canonical(throughRecording(message, payloads)), canonical(message));
    }
  }
});

Deno.test("a payload that is left out has its length, its size and zeros", () => {
  for (const payloads of ["hash", "none"] as const) {
    for (const message of MESSAGES) {
      const [before, after] = [entriesOf(message), entriesOf(throughRecording(message, payloads))];
      assertEquals(after.length, before.length);
      after.forEach((entry, i) => {
        assertEquals([entry.type, entry.size, entry.data.length], [
          before[i].type,
          before[i].size,
          before[i].data.length,
        ]);
        if (!hasPayload(before[i])) return assertEquals([...entry.data], [...before[i].data]);
        assert(entry.data instanceof LeftOut && entry.data.every((byte) => byte === 0));
      });
    }
  }
});

Deno.test("a payload that is left out has the hash that it had, where hashes are kept", () => {
  const [kept] = entriesOf(throughRecording(MESSAGES[0], "hash"));
  assertEquals(hexadecimal(payloadHash(kept.data)), hexadecimal(payloadHash(COMMAND.data)));
  const [gone] = entriesOf(throughRecording(MESSAGES[0], "none"));
  assert(gone.data instanceof LeftOut && O.isNone(gone.data.of));
});

Deno.test("many payloads in one message each have their own note", () => {
  const entries = Array.from({ length: 2_000 }, (_, i) => proposal(Uint8Array.of(i & 255, i >> 8, 1)));
  const after = entriesOf(throughRecording({ type: "Propose", ticket: 1, entries }, "hash"));
  after.forEach(({ data }, i) => assertEquals(payloadHash(data), payloadHash(entries[i].data)));
});

Deno.test("large payloads that were left out share their zeros", () => {
  const [a, b] = [new LeftOut(1 << 24, O.none), new LeftOut(1 << 20, O.none)];
  assertEquals([a.length, b.length], [1 << 24, 1 << 20]);
  assertEquals(b.buffer, a.buffer);
});

Deno.test("parts and copies of what was left out are zeros", () => {
  const data = new LeftOut(10, O.none);
  for (const part of [data.subarray(2, 5), data.slice(2, 5), data.map((byte) => byte).subarray(7)]) {
    assertEquals([...part], [0, 0, 0]);
  }
});

Deno.test("what was left out can be left out once more", () => {
  const once = throughRecording(MESSAGES[0], "hash");
  assertEquals(canonical(throughRecording(once, "hash")), canonical(once));
  const [a, b] = [once, throughRecording(once, "hash")].map((message) => payloadHash(entriesOf(message)[0].data));
  assertEquals(a, b);
});
