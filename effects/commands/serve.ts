/**
 * `serve`: runs one RaftKV node until it is told to stop.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { jsonLogger } from "../logging/json_logger.ts";
import type { Logger } from "../logging/logger.ts";
import { textLogger } from "../logging/text_logger.ts";
import type { StopReason } from "../node/raft_node.ts";
import { type KvServer, serveKv } from "../serve/kv_node.ts";
import { type ServeFlags, type ServeOptions, serveOptions } from "../serve/options.ts";
import type { Output } from "../terminal/output.ts";
import type { ExitCode } from "./judge.ts";

/** Runs a node. 0: it was told to stop and has stopped; 1: it could not go on; 2: it could not be started. */
export async function serve(flags: ServeFlags, output: Output): Promise<ExitCode> {
  const options = serveOptions(flags);
  if (E.isLeft(options)) return wrong(output, options.left);
  const json = flags.json === true || !output.terminal;
  const told = signalled(); // from now on: a signal that comes while the node starts stops it in order as well
  const served = await serveKv(options.right, loggerOf(options.right, json, output));
  if (E.isLeft(served)) return wrong(output, served.left);
  output.out(json ? readyLine(options.right, served.right) : readyText(options.right, served.right));
  const ended = await Promise.race([told, served.right.node.stopped]);
  const closed = await closing(served.right);
  const isGood = ended === "signal" || ended.type === "Closed";
  if (!isGood) output.err(`The node has stopped: ${why(ended)}`);
  if (E.isLeft(closed)) output.err(`The node could not be closed in order: ${closed.left}`);
  return isGood && E.isRight(closed) ? 0 : 1;
}

/** A store whose disk has failed cannot be closed in order. */
async function closing(server: KvServer): Promise<Either<string, void>> {
  try {
    return E.right(await server.close());
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Resolves when the process is told to stop; by the same signal a second time, it stops at once. Another signal is none: who
 * has started the process at a terminal may pass on what it has heard there already.
 */
function signalled(): Promise<"signal"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      let told = false;
      Deno.addSignalListener(signal, () => {
        if (told) Deno.exit(1);
        told = true;
        resolve("signal");
      });
    }
  });
}

function loggerOf({ id, logLevel }: ServeOptions, json: boolean, output: Output): Logger {
  const wall = (): string => new Date().toISOString();
  const logger = json
    ? jsonLogger(output.err, { level: logLevel, wall })
    : textLogger(output.err, { level: logLevel, wall });
  return { log: (level, message, fields) => logger.log(level, message, { node: id, ...fields }) };
}

function readyLine({ id }: ServeOptions, { node, resp, http }: KvServer): string {
  const peer = node.status().address;
  return JSON.stringify({ ready: true, id, peer, resp: O.toNullable(resp), http: O.toNullable(http) });
}

function readyText({ id }: ServeOptions, { node, resp, http }: KvServer): string {
  const lines = [`Node ${id} runs. Peers: ${node.status().address}`];
  if (O.isSome(resp)) lines.push(`Redis clients: ${resp.value}`);
  if (O.isSome(http)) lines.push(`HTTP: http://${http.value}/status`);
  return lines.join("\n  ");
}

function why(reason: StopReason): string {
  if (reason.type === "Closed") return "it was closed.";
  return reason.type === "Fault"
    ? `${reason.type} ${JSON.stringify(reason.reason)}`
    : `${reason.type}: ${reason.message}`;
}

function wrong(output: Output, message: string): ExitCode {
  output.err(message);
  return 2;
}
