/**
 * What a command is.
 *
 * @module
 */
import type { Cluster } from "../host/cluster.ts";
import type { Arguments } from "./arguments.ts";

/** Does something with a cluster; what it says goes to the cluster's trace. */
export type Command = (cluster: Cluster, args: Arguments) => void;

/** Commands by their names. */
export type Commands = Readonly<Record<string, Command>>;
