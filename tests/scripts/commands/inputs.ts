/**
 * Commands that hand a node a message of its host.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import { type Proposal, proposal, proposeConfChange } from "../../../core/mod.ts";
import type { Cluster } from "../host/cluster.ts";
import type { Commands } from "./command.ts";
import { readConfChange } from "./conf_change.ts";
import { readId, readPeerMessage } from "./peer_message.ts";

/** `tick`, `campaign`, `propose` and whatever else a host says. */
export const INPUT_COMMANDS: Commands = {
  // tick 1 times=10 random=0.5; without a node, every node that runs. Ticks of which nothing comes are not shown.
  tick(cluster, args) {
    const ids = args.nodes(cluster.servers.filter(({ running }) => running).map(({ id }) => id));
    const times = args.numberSetting("times", 1);
    const random = args.numberSetting("random", 0);
    for (let time = 1; time <= times; time++) {
      for (const id of ids) cluster.tick(id, random, times === 1 ? "" : ` ${time} of ${times}`);
    }
  },

  campaign(cluster, args) {
    cluster.hand(args.number(), { type: "Campaign" });
  },

  beat(cluster, args) {
    cluster.hand(args.number(), { type: "Beat" });
  },

  check_quorum(cluster, args) {
    cluster.hand(args.number(), { type: "CheckQuorum" });
  },

  // propose 1 a b size=100: one proposal of two entries, each padded to 100 bytes.
  propose(cluster, args) {
    const id = args.number();
    const size = args.numberSetting("size", 0);
    propose(cluster, id, args.rest().map((word) => proposal(new TextEncoder().encode(word.padEnd(size, ".")))));
  },

  // conf 1 add 4 remove 1 explicit
  conf(cluster, args) {
    propose(cluster, args.number(), [proposeConfChange(readConfChange(args))]);
  },

  read(cluster, args) {
    const server = cluster.server(args.number());
    const ticket = cluster.ticket();
    const context = `${server.id}.${server.incarnation}.${ticket}`;
    server.asked = new Map([...server.asked, [context, ticket]]);
    cluster.hand(server.id, { type: "ReadIndex", ticket, context: new TextEncoder().encode(context) });
  },

  transfer(cluster, args) {
    const id = args.number();
    cluster.hand(id, { type: "TransferLeader", ticket: cluster.ticket(), transferee: args.number() });
  },

  forget_leader(cluster, args) {
    cluster.hand(args.number(), { type: "ForgetLeader" });
  },

  // unreachable 1 3: node 1 hears that node 3 cannot be reached.
  unreachable(cluster, args) {
    const id = args.number();
    cluster.hand(id, { type: "Unreachable", peer: args.number() });
  },

  // snapshot_status 1 3 failed
  snapshot_status(cluster, args) {
    const id = args.number();
    const peer = args.number();
    cluster.hand(id, { type: "SnapshotStatus", peer, arrived: args.word() === "arrived" });
  },

  // snapshot 1: node 1 makes a snapshot of what it has applied. snapshot 1 none: it has none any more.
  snapshot(cluster, args) {
    const server = cluster.server(args.number());
    if (args.hasMore && args.word() === "none") {
      server.snapshot = O.none;
      cluster.hand(server.id, { type: "SnapshotUnavailable" });
      return;
    }
    const { machine: { applied: index, configuration }, node: { log } } = server;
    const snapshot = { index, term: log.termAt(index), configuration, data: server.machine.save() };
    server.snapshot = O.some(snapshot);
    cluster.hand(server.id, { type: "SnapshotAvailable", ...snapshot });
  },

  // compact 1 7: node 1 forgets its log up to 7, and so does its disk.
  compact(cluster, args) {
    const server = cluster.server(args.number());
    const index = args.number();
    cluster.hand(server.id, { type: "Compact", index });
    if (server.running) server.disk.compact(index);
  },

  // message 2 Heartbeat from=1 term=1 commit=9: a message that nobody has sent.
  message(cluster, args) {
    const to = args.number();
    cluster.hand(to, readPeerMessage(to, args));
  },

  // applied 1 99: the state machine of node 1 claims to have applied index 99.
  applied(cluster, args) {
    const id = args.number();
    cluster.hand(id, { type: "Applied", index: args.number() });
  },

  // persisted 1 3@2 term=2: the disk of node 1 claims that its log is durable up to index 3 of term 2.
  persisted(cluster, args) {
    const id = args.number();
    const last = readId(args.word());
    cluster.hand(id, { type: "Persisted", term: args.numberSetting("term", last.term), last, snapshot: O.none });
  },
};

function propose(cluster: Cluster, id: number, entries: readonly Proposal[]): void {
  cluster.hand(id, { type: "Propose", ticket: cluster.ticket(), entries });
}
