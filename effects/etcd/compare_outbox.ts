/**
 * Compares what a step wants done with what was recorded: messages, reads, the error, the returned configuration.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Fault, Message, Node, Outbox, PeerMessage, Persist, Refused, Rejected } from "../../core/mod.ts";
import type { Differences } from "./difference.ts";
import { comparePersist } from "./compare_persist.ts";
import { fromConfiguration, sameConfiguration } from "./entries.ts";
import { withoutForeign } from "./foreign.ts";
import { describeMessage, isMessage } from "./message.ts";
import type { RecordedRead, TransitionLine } from "./recorded.ts";
import type { RecordedMessage } from "./recorded_message.ts";
import type { RecordedDelta } from "./recorded_state.ts";
import type { RunMemory } from "./run_memory.ts";

/** Why the input was turned away, if it was. */
export function objection(outbox: Outbox): Refused | Fault | undefined {
  for (let i = 0; i < outbox.length; i++) {
    const effect = outbox[i];
    if (effect.type === "Refused" || effect.type === "Fault") return effect;
  }
  return undefined;
}

/** Notes in `found` where a panic was recorded and the input was not turned away as it should be. */
export function comparePanic(
  text: string,
  before: Node,
  after: Node,
  outbox: Outbox,
  found: Differences,
): void {
  if (objection(outbox) === undefined) return found.add("panic", text, "accepted");
  if (after !== before) found.add("panic: the node", "unchanged", "another node");
  if (outbox.length > 1) found.add("panic: the outbox", "nothing but the refusal", outbox.map(({ type }) => type));
}

/** Notes in `found` where the outbox is not as recorded. */
export function compareOutbox(
  line: TransitionLine,
  inputs: readonly Message[],
  after: Node,
  outbox: Outbox,
  memory: RunMemory,
  found: Differences,
): void {
  const { send = NONE, after: later = NONE, reads = NO_READS } = line;
  const input = inputs[inputs.length - 1];
  let sent = 0;
  let held = 0;
  let read = 0;
  let err = false;
  let persist: Persist | undefined;
  for (let i = 0; i < outbox.length; i++) {
    const effect = outbox[i];
    switch (effect.type) {
      case "Send":
        if (effect.message.type === "RequestVote") {
          found.add("send: RequestVote", "a Persist that it waits for", "none");
        }
        compareMessage("send", sent, send, effect.message, memory, found);
        sent++;
        break;
      case "Persist":
        if (persist !== undefined && inputs.length === 1) found.add("Persist", "one", "two");
        persist = effect;
        for (let k = 0; k < effect.then.length; k++) {
          const message = effect.then[k];
          if (message.type === "Persisted") continue; // ours alone: the library leaves it to its ready lines
          if (message.type === "RequestVote") { // the library lets it leave before the term and the log are durable
            compareMessage("send", sent, send, message, memory, found);
            sent++;
          } else {
            compareMessage("after", held, later, message, memory, found);
            held++;
          }
        }
        break;
      case "ReadReady":
        compareRead(read, reads, effect.index, memory.contextOf(effect.ticket), found);
        read++;
        break;
      case "ForwardedReadReady":
        compareRead(read, reads, effect.index, effect.context.toBase64(), found);
        read++;
        break;
      case "Rejected":
        err ||= isDropped(effect, input);
        break;
      case "Apply": // judged at ready lines
      case "RestoreSnapshot":
      case "SnapshotWanted": // the library keeps silent about the rest
      case "Appended":
      case "RoleChanged":
      case "Refused":
      case "Fault":
        break;
    }
  }
  for (let i = sent; i < send.length; i++) found.add(`send[${i}]`, send[i], "nothing");
  for (let i = held; i < later.length; i++) found.add(`after[${i}]`, later[i], "nothing");
  for (let i = read; i < reads.length; i++) found.add(`reads[${i}]`, reads[i], "nothing");
  if (inputs.length === 1) comparePersist(line.set ?? NO_CHANGE, persist, after, found);
  const wanted = err ? DROPPED : undefined;
  if (line.err !== wanted) found.add("err", line.err ?? "none", wanted ?? "none");
}

/** Notes in `found` if the configuration that a change is answered with is not the one that was recorded. */
export function compareConfState(line: TransitionLine, after: Node, found: Differences): void {
  const { confState } = line;
  if (!("conf" in line)) {
    if (confState !== undefined) found.add("confState", confState, "nothing");
  } else if (confState === undefined || !sameConfiguration(after.configuration, confState)) {
    found.add("confState", confState ?? "nothing", fromConfiguration(after.configuration));
  }
}

const NONE: readonly RecordedMessage[] = [];

const NO_CHANGE: RecordedDelta = {};

const NO_READS: readonly RecordedRead[] = [];

const DROPPED = "raft proposal dropped";

/** A refused configuration change is no error for the library: an empty entry takes its place. */
function isDropped({ ticket, reason }: Rejected, input: Message | undefined): boolean {
  if (input === undefined || reason.startsWith("ConfChange")) return false;
  if (input.type === "ForwardedPropose") return O.isNone(ticket);
  return input.type === "Propose" && O.isSome(ticket) && ticket.value === input.ticket;
}

function compareMessage(
  list: "send" | "after",
  position: number,
  expected: readonly RecordedMessage[],
  message: PeerMessage,
  memory: RunMemory,
  found: Differences,
): void {
  const recorded = expected[position];
  if (recorded === undefined) return found.add(`${list}[${position}]`, "nothing", describeMessage(message));
  if (isMessage(message, recorded, memory)) return;
  const echo = isMessage(message, withoutForeign(recorded), memory);
  found.add(`${list}[${position}]`, recorded, describeMessage(message), echo);
}

function compareRead(
  position: number,
  expected: readonly RecordedRead[],
  index: number,
  context: string | undefined,
  found: Differences,
): void {
  const recorded = expected[position];
  if (recorded !== undefined && recorded.index === index && (recorded.context ?? "") === context) return;
  found.add(`reads[${position}]`, recorded ?? "nothing", { index, context });
}
