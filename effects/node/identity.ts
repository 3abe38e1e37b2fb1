/**
 * Who a node is: the cluster that it belongs to, and the data folder that it lives in.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { createHash } from "node:crypto";
import type { NodeId } from "../../core/entry.ts";
import { type Random, randomName } from "../random/random.ts";
import type { Address, Found, Identity } from "../storage/storage.ts";

/** What a node says of itself when it is started. */
export interface Claim {
  /** The node. */
  readonly id: NodeId;
  /** The first members of its cluster. */
  readonly members: ReadonlyMap<NodeId, Address>;
  /** Whether it is none of them. */
  readonly join: boolean;
}

/** The name of the cluster that began with `members`: 16 hexadecimal digits of a hash. */
export function clusterOf(members: ReadonlyMap<NodeId, Address>): string {
  const list = [...members].sort(([a], [b]) => a - b).map(([id, address]) => `${id}=${address}`).join(",");
  return createHash("sha256").update(`raftfold cluster ${list}`).digest("hex").slice(0, 16);
}

/** The identity in a data folder, or a new one for an empty folder; on the left why the node cannot start with it. */
export function identify(claim: Claim, found: Found, random: Random): Either<string, Identity> {
  const { id, join, members } = claim;
  if (members.size === 0) return E.left("Cannot start without a cluster: name its first members.");
  if (O.isSome(found.identity)) return returning(claim, found.identity.value);
  if (join && members.has(id)) {
    return E.left(`Cannot join as node ${id}: it is one of the first members, start it without join.`);
  }
  if (!join && !members.has(id)) {
    return E.left(
      `Cannot start node ${id}: it is none of the first members. Start it with join, and add it to the cluster.`,
    );
  }
  return E.right({ cluster: clusterOf(members), id, incarnation: randomName(random), members });
}

/** After the first start, what is stored is what counts. */
function returning({ id, members }: Claim, stored: Identity): Either<string, Identity> {
  if (stored.id !== id) return E.left(`Cannot start node ${id}: the data folder belongs to node ${stored.id}.`);
  if (stored.cluster === clusterOf(members)) return E.right(stored);
  const list = [...stored.members].map(([id, address]) => `${id}=${address}`).join(",");
  return E.left(
    `Cannot start node ${id}: the data folder belongs to the cluster that began with ${list}. ` +
      "Name these first members; who is a member now, and where, is stored in the log.",
  );
}
