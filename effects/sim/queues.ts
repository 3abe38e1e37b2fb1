/**
 * How much the nodes of a simulation may hold, and who looks at it.
 *
 * @module
 */
import { type Bounds, judgeStatus } from "../invariants/mod.ts";
import type { Status } from "../node/raft_node.ts";
import type { Plan } from "./plan.ts";

/** Nodes that can be looked at. */
interface Cluster {
  readonly plan: Plan;
  readonly failed: boolean;
  readonly running: readonly { status(): Status }[];
  sleep(ms: number): Promise<void>;
}

/** So much longer than usual a log may become while a snapshot is on its way: who receives it needs what follows. */
const UNCUT = 10;

/** No client has more than two requests under way; there is as much room again, and some for who comes at the end. */
export function boundsOf({ clients, compaction: { entries, keep } }: Plan): Bounds {
  const requests = 4 * clients + 20;
  // Requests whose clients have given up may wait for a majority, or to be applied.
  const uncommitted = 5 * requests;
  // A node that starts again applies everything that is in its log.
  const logLength = (1 + UNCUT) * entries + keep + uncommitted;
  return { logLength, unapplied: logLength, uncommitted, reads: requests, waiting: requests };
}

/** Looks at the shell of each node, a heartbeat interval after the other, until something fails; throws a `Violation`. */
export async function watchQueues(cluster: Cluster): Promise<void> {
  const bounds = boundsOf(cluster.plan);
  while (!cluster.failed) {
    await cluster.sleep(cluster.plan.heartbeatMs);
    for (const node of cluster.running) judgeStatus(node.status(), bounds);
  }
}
