/**
 * Clusters of stand-ins for nodes.
 *
 * @module
 */
import type { ProcessClusterOptions } from "../../effects/processes/cluster.ts";

/** The program of a stand-in, for `ProcessCluster`. */
export const FAKE_NODE: readonly string[] = [
  Deno.execPath(),
  "run",
  "--allow-all",
  decodeURIComponent(new URL("fake_node.ts", import.meta.url).pathname),
];

/** Options of a cluster of stand-ins. */
export function fakeCluster(folder: string, nodes = 3, flags: readonly string[] = []): ProcessClusterOptions {
  return { nodes, folder, electionMs: 500, heartbeatMs: 50, program: FAKE_NODE, flags };
}

/** Does something in a folder that is there for it alone. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
