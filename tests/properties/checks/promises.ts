/**
 * What a node promises its peers and its state machine, held against its disk.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { sameId } from "../../../core/entry.ts";
import type { AppendResponse, Log, RequestVoteResponse } from "../../../core/mod.ts";
import { describeEntry, isSameEntry, position } from "../../../effects/invariants/mod.ts";
import { type Check, violated } from "../check.ts";
import type { Host } from "../host.ts";

/**
 * No acknowledgement leaves before what it vouches for is durable: a granted vote, before the vote of that term; an
 * accepted `Append`, before the log of that term's leader up to the acknowledged index.
 */
export function promisesAreDurable(): Check {
  const name = "Promises are durable before they are made";
  const logs = new Map<number, Log>();
  return {
    name,
    stepped({ before, after }) {
      if (after.role === "leader" && (after.log !== before.log || before.role !== "leader")) {
        logs.set(after.term, after.log);
      }
    },
    released(message, host) {
      if (message.type === "RequestVoteResponse" && message.granted) judgeVote(message, host);
      if (message.type === "AppendResponse" && O.isNone(message.hint)) judgeAck(message, host);
    },
  };

  function judgeVote({ to, term }: RequestVoteResponse, { id, disk: { hardState } }: Host): void {
    if (hardState !== null && hardState.term > term) return; // it can vote in that term no more
    const vote = hardState !== null && hardState.term === term ? hardState.vote : O.none;
    if (O.isSome(vote) && vote.value === to) return;
    violated(name, `${id} has voted for ${to} in term ${term}, and its disk does not know`);
  }

  function judgeAck({ index, term }: AppendResponse, { id, disk }: Host): void {
    const log = logs.get(term);
    if (index <= disk.base.index) return;
    if (disk.last.index < index) {
      violated(name, `${id} acknowledges ${index} and its disk holds the log up to ${position(disk.last)}`);
    }
    if (disk.hardState === null || disk.hardState.term < term) {
      violated(name, `${id} acknowledges ${index} in term ${term}, and its disk does not know the term`);
    }
    for (let at = disk.base.index + 1; at <= index; at++) {
      const ours = disk.at(at);
      if (log === undefined || ours === undefined) return violated(name, `${id} acknowledges ${at} to nobody`);
      if (at < log.first) continue;
      if (at <= log.last.index && isSameEntry(ours, log.at(at))) continue;
      violated(
        name,
        `${id} acknowledges ${index} in term ${term}, and the leader does not have ${describeEntry(ours)}`,
      );
    }
  }
}

/** What a node takes to be durable is (its first reports may be of entries that were replaced since). */
export function stableIsDurable(): Check {
  const name = "What a node takes to be durable is durable";
  return {
    name,
    stepped({ host: { id, disk }, before, after }) {
      const { stable, log } = after;
      if (stable <= before.stable || stable <= Math.max(disk.base.index, log.snapshot.index)) return;
      const durable = disk.at(stable);
      if (durable !== undefined && isSameEntry(durable, log.at(stable))) return;
      const has = durable === undefined ? "nothing" : describeEntry(durable);
      violated(name, `${id} takes ${describeEntry(log.at(stable))} to be durable, its disk has ${has}`);
    },
  };
}

/** When a disk has nothing left to write, it holds what the node holds: the writes add up. */
export function writesAddUp(): Check {
  const name = "The writes add up to the node";
  return {
    name,
    acted(world) {
      for (const { id, node, disk } of world.hosts) {
        if (node === null || !disk.isIdle) continue;
        const hard = disk.hardState ?? { term: 0, vote: O.none, commit: 0 };
        if (hard.term !== node.term || !sameId(hard.vote, node.vote)) {
          violated(name, `${id} has lost its term or vote`);
        }
        // A start may know a higher commit index from its state machine.
        if (hard.commit > node.commit) violated(name, `the disk of ${id} has another commit index`);
        const { last } = node.log;
        if (disk.last.index !== last.index || disk.last.term !== last.term) {
          violated(name, `the log of ${id} ends at ${position(last)} and on its disk at ${position(disk.last)}`);
        }
        for (const entry of disk.entries) {
          if (entry.index >= node.log.first && !isSameEntry(entry, node.log.at(entry.index))) {
            violated(name, `the disk of ${id} holds ${describeEntry(entry)}, its log does not`);
          }
        }
      }
    },
  };
}

/** Committed entries are handed over contiguously, once, when they are durable, and never across a missing snapshot. */
export function appliesAreContiguous(): Check {
  const name = "Entries are handed over once, in order, and durable";
  return {
    name,
    handed(work, { id, disk, machine, node }) {
      if ("data" in work) {
        if (disk.snapshot?.index !== work.index) violated(name, `${id} restores a snapshot that is not durable`);
        if (work.index <= machine.handed) violated(name, `${id} goes from ${machine.handed} back to ${work.index}`);
        return;
      }
      if (work.length === 0) violated(name, `${id} hands over nothing`);
      if (node !== null && O.isSome(node.pendingSnapshot)) violated(name, `${id} applies while a snapshot is pending`);
      let expected = machine.handed;
      for (const entry of work) {
        expected++;
        if (entry.index !== expected) violated(name, `${id} hands over ${entry.index} where ${expected} is next`);
        const durable = disk.at(entry.index);
        if (durable !== undefined && isSameEntry(durable, entry)) continue;
        violated(name, `${id} hands over ${describeEntry(entry)}, which is not on its disk`);
      }
    },
  };
}

/** Node and state machine have the same configuration when the node has applied what the state machine has. */
export function configurationsAgree(): Check {
  const name = "Node and state machine agree on the configuration";
  return {
    name,
    acted(world) {
      for (const { id, node, machine } of world.hosts) {
        if (node === null || node.applied !== machine.state.index || O.isSome(node.pendingSnapshot)) continue;
        const { configuration } = machine.state;
        for (const part of ["voters", "votersOutgoing", "learners", "learnersNext"] as const) {
          if (String(node.configuration[part]) === String(configuration[part])) continue;
          const what = `[${node.configuration[part]}] and its state machine [${configuration[part]}]`;
          violated(name, `the ${part} of ${id} are ${what}`);
        }
      }
    },
  };
}
