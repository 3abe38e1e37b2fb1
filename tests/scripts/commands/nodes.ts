/**
 * Commands that make, stop and start nodes, and decide when their disks and state machines do their work.
 *
 * @module
 */
import { NO_MEMBERS } from "../../../core/mod.ts";
import type { Arguments } from "./arguments.ts";
import type { Commands } from "./command.ts";
import { FIRST_OPTIONS, readOptions } from "./options.ts";

/** `cluster`, `node`, `crash`, `restart`, `disk`, `flush`, `machine`, `apply`. */
export const NODE_COMMANDS: Commands = {
  // cluster nodes=3 learners=4 pre_vote=true: voters 1 to 3 and learner 4, all of them started.
  cluster(cluster, args) {
    const voters = Array.from({ length: args.numberSetting("nodes", 3) }, (_, i) => i + 1);
    const learners = args.idsSetting("learners");
    const options = readOptions(FIRST_OPTIONS, args);
    cluster.first = { ...NO_MEMBERS, voters, learners };
    for (const id of [...voters, ...learners]) cluster.add(id, options, cluster.first);
  },

  // node 4: a node that is to be added by a change. Like everybody else, it knows with which members the cluster has begun,
  // because the log holds only the changes since then. node 4 empty: it does not, and needs a snapshot.
  node(cluster, args) {
    const id = args.number();
    const [{ options }] = cluster.servers;
    const empty = args.hasMore && args.word() === "empty";
    cluster.add(id, readOptions(options, args), empty ? NO_MEMBERS : cluster.first);
  },

  crash(cluster, args) {
    cluster.crash(args.number());
  },

  // restart 2 applied=3: the state machine of node 2 says that it has only applied 3. Options can be changed.
  restart(cluster, args) {
    const id = args.number();
    const server = cluster.server(id);
    const applied = args.numberSetting("applied", undefined);
    if (applied !== undefined) server.machine.rollBack(applied);
    server.options = readOptions(server.options, args);
    cluster.restart(id);
  },

  // disk 2 manual: writes of node 2 wait for `flush`. disk 2 instant: no longer.
  disk(cluster, args) {
    const id = args.number();
    const { disk } = cluster.server(id);
    disk.manual = isManual(args);
    if (!disk.manual) cluster.flush(id, Infinity);
  },

  // flush 2 writes=1: the oldest write of node 2 becomes durable; without `writes`, all of them.
  flush(cluster, args) {
    cluster.flush(args.number(), args.numberSetting("writes", Infinity));
  },

  // machine 2 manual: what node 2 hands out waits for `apply`. machine 2 instant: no longer.
  machine(cluster, args) {
    const id = args.number();
    const { machine } = cluster.server(id);
    machine.manual = isManual(args);
    if (!machine.manual) cluster.apply(id, false);
  },

  // apply 2 veto: changes of the configuration are applied as changes of nothing.
  apply(cluster, args) {
    const id = args.number();
    const veto = args.hasMore;
    if (veto && args.word() !== "veto") throw new Error("Cannot apply: the only other word is veto.");
    cluster.apply(id, veto);
  },
};

function isManual(args: Arguments): boolean {
  const word = args.word();
  if (word !== "manual" && word !== "instant") throw new Error(`Cannot be ${word}: it is manual or instant.`);
  return word === "manual";
}
