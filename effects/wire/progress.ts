/**
 * What a leader knows of a peer (§5.3).
 *
 * @module
 */
import { addInflight, type Inflights, listInflights, NO_INFLIGHTS } from "../../core/inflights.ts";
import type { Progress } from "../../core/progress.ts";
import { Enumeration } from "./enumeration.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const STATES = new Enumeration<Progress["state"]>("state of a peer", { probe: 0, replicate: 1, snapshot: 2 });

/** The index and the bytes: no message on its way takes less. */
const LEAST_INFLIGHT = 2;

/** Writes what is known of a peer. */
export function writeProgress(writer: Writer, progress: Progress): void {
  STATES.write(writer, progress.state);
  writer.varint(progress.match);
  writer.varint(progress.next);
  writer.varint(progress.sentCommit);
  writer.boolean(progress.recentActive);
  switch (progress.state) {
    case "probe":
      writer.boolean(progress.paused);
      return;
    case "replicate":
      writer.boolean(progress.paused);
      writeInflights(writer, progress.inflights);
      return;
    case "snapshot":
      writer.varint(progress.pendingSnapshot);
      return;
  }
}

/** Reads what is known of a peer. */
export function readProgress(reader: Reader): Progress {
  const state = STATES.read(reader);
  const match = reader.varint();
  const next = reader.varint();
  const sentCommit = reader.varint();
  const recentActive = reader.boolean();
  switch (state) {
    case "probe":
      return { state, match, next, sentCommit, recentActive, paused: reader.boolean() };
    case "replicate": {
      const paused = reader.boolean();
      return { state, match, next, sentCommit, recentActive, paused, inflights: readInflights(reader) };
    }
    case "snapshot":
      return { state, match, next, sentCommit, recentActive, pendingSnapshot: reader.varint() };
  }
}

function writeInflights(writer: Writer, inflights: Inflights): void {
  writer.varint(inflights.count);
  for (const [index, bytes] of listInflights(inflights)) {
    writer.varint(index);
    writer.varint(bytes);
  }
}

function readInflights(reader: Reader): Inflights {
  const count = reader.count(LEAST_INFLIGHT);
  let inflights = NO_INFLIGHTS;
  for (let i = 0; i < count; i++) inflights = addInflight(inflights, reader.varint(), reader.varint());
  return inflights;
}
