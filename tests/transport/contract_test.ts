/**
 * Every transport keeps the same contract, whatever is below it.
 *
 * @module
 */
import { testsThatNeed } from "../permissions.ts";
import { testContract } from "./contract.ts";
import { pipeWorld } from "./pipes.ts";
import { makeFolder, tlsWorld } from "./tls_world.ts";
import { memoryWorld, QUICK, tcpWorld } from "./world.ts";

const always = (name: string, fn: () => Promise<void>): void => Deno.test(name, fn);

testContract("memory", () => memoryWorld(), always);
testContract("memory with delays", () => memoryWorld({ leastDelayMs: 1, mostDelayMs: 20 }), always);
testContract("the protocol on pipes", () => pipeWorld(), always);
testContract("tcp", () => tcpWorld({ limits: QUICK }), testsThatNeed("net"));
testContract("tls", () => tlsWorld(makeFolder()), testsThatNeed("net", "read", "write"));
