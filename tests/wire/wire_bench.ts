/**
 * What the codec costs for the messages that a cluster is busy with. Run with `deno bench tests/wire/`.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Entry, entryAt, type PeerMessage, proposal } from "../../core/mod.ts";
import {
  beginFrame,
  decodePeerMessage,
  endFrame,
  FrameReader,
  writePeerMessage,
  Writer,
} from "../../effects/wire/mod.ts";

const HEADER = { from: 1, to: 2, term: 7 };

for (const count of [1, 64]) bench(`Append with ${count} × 64 bytes`, append(count));
bench("AppendResponse", { type: "AppendResponse", ...HEADER, index: 100_000, hint: O.none });
bench("Heartbeat", { type: "Heartbeat", ...HEADER, commit: 100_000, read: O.some(1234) });

function bench(name: string, message: PeerMessage): void {
  const writer = new Writer(65_536);
  const frames = new FrameReader(1 << 20);
  const write = (): void => {
    writer.reset();
    writePeerMessage(writer, message);
  };
  const writeFrame = (): void => {
    writer.reset();
    const at = beginFrame(writer);
    writePeerMessage(writer, message);
    endFrame(writer, at);
  };
  write();
  const bytes = writer.copy();
  writeFrame();
  const frame = writer.copy();
  Deno.bench(`encode ${name}, ${bytes.length} B`, write);
  Deno.bench(`decode ${name}`, () => {
    decodePeerMessage(bytes);
  });
  Deno.bench(`encode ${name}, as a frame`, writeFrame);
  Deno.bench(`decode ${name}, as a frame`, () => {
    for (const payload of frames.push(frame).payloads) decodePeerMessage(payload);
  });
}

function append(count: number): PeerMessage {
  const entries = Array.from(
    { length: count },
    (_, i): Entry => entryAt(proposal(new Uint8Array(64).fill(i)), 100_001 + i, 7),
  );
  return { type: "Append", ...HEADER, prev: { index: 100_000, term: 7 }, entries, commit: 99_990 };
}
