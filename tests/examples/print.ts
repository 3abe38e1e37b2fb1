/**
 * The example for runtimes with a console: Node, Bun, Deno.
 *
 * @module
 */
import { replicate } from "./three_nodes.ts";

console.log(JSON.stringify(replicate("hello")));
