/**
 * Commands that deliver, lose, double and reorder messages.
 *
 * @module
 */
import type { PeerMessage } from "../../../core/mod.ts";
import type { Cluster } from "../host/cluster.ts";
import type { Selection } from "../host/network.ts";
import { peerMessageText } from "../text/message.ts";
import type { Arguments } from "./arguments.ts";
import type { Commands } from "./command.ts";

// More rounds than any scenario needs, so that nodes which never stop talking are noticed.
const MAX_ROUNDS = 100;

/** `deliver`, `stabilize`, `network`, `drop`, `double`, `reverse`, `cut`, `heal`. */
export const NETWORK_COMMANDS: Commands = {
  // deliver 2 from=1 type=Append: what is on its way now, but not what comes of it.
  deliver(cluster, args) {
    cluster.deliver(cluster.network.take(readSelection(args)));
  },

  // Delivers until nothing is on its way.
  stabilize(cluster, _args) {
    stabilize(cluster);
  },

  // elect 1: node 1 campaigns, everything is delivered, and it has to lead then.
  elect(cluster, args) {
    const id = args.number();
    cluster.trace.level = "silent";
    cluster.hand(id, { type: "Campaign" });
    stabilize(cluster);
    cluster.trace.level = "all";
    const { node } = cluster.server(id);
    if (node.role !== "leader") throw new Error(`Cannot elect node ${id}: it is a ${node.role}.`);
    cluster.trace.say(`${id} leads term ${node.term}`);
  },

  // Shows what is on its way.
  network(cluster, _args) {
    for (const message of cluster.network.waiting) cluster.trace.say(routeText(message));
  },

  drop(cluster, args) {
    for (const message of cluster.network.take(readSelection(args))) {
      cluster.trace.say(`lost: ${routeText(message)}`);
    }
  },

  double(cluster, args) {
    for (const message of cluster.network.double(readSelection(args))) {
      cluster.trace.say(`doubled: ${routeText(message)}`);
    }
  },

  // The selected messages change places, so that the last one arrives first.
  reverse(cluster, args) {
    for (const message of cluster.network.reverse(readSelection(args))) {
      cluster.trace.say(`reordered: ${routeText(message)}`);
    }
  },

  // cut 3: nothing gets to node 3 or away from it. cut from=1 to=3: only this line. What is on its way still arrives.
  cut(cluster, args) {
    if (args.hasMore) {
      const ids = args.nodes([]);
      for (const id of ids) {
        for (const { id: other } of cluster.servers) {
          if (ids.includes(other)) continue;
          cluster.network.cut(id, other);
          cluster.network.cut(other, id);
        }
      }
    } else cluster.network.cut(args.numberSetting("from", 0), args.numberSetting("to", 0));
  },

  heal(cluster, _args) {
    cluster.network.heal();
  },
};

function stabilize(cluster: Cluster): void {
  for (let round = 0; cluster.network.waiting.length > 0; round++) {
    if (round === MAX_ROUNDS) throw new Error(`Cannot come to rest: ${MAX_ROUNDS} rounds are over.`);
    cluster.deliver(cluster.network.take({}));
  }
}

function readSelection(args: Arguments): Selection {
  const from = args.numberSetting("from", undefined);
  const to = args.hasMore ? args.number() : args.numberSetting("to", undefined);
  const type = args.setting("type");
  return { from, to, type };
}

function routeText(message: PeerMessage): string {
  return `${message.from} → ${message.to} ${peerMessageText(message)}`;
}
