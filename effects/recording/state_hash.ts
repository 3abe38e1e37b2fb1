/**
 * The hash of a whole state: everything but the log by way of its encoding, and the log entry by entry.
 *
 * @module
 */
import { Log } from "../../core/log.ts";
import type { Node } from "../../core/node.ts";
import { writeNode } from "../wire/node.ts";
import { Writer } from "../wire/writer.ts";
import { type Hash, Hasher } from "./hash.ts";
import { LogHash } from "./log_hash.ts";
import type { Payloads } from "./payload.ts";

/** Hashes states whose logs are summed up already. */
export class StateHash {
  private readonly writer = new Writer();
  private readonly hasher = new Hasher();

  /** `log` follows the log of the node. */
  constructor(private readonly log: LogHash) {}

  /** The hash of `node`, whose log must be summed up. */
  of(node: Node): Hash {
    const { hasher, writer } = this;
    writer.reset();
    writeNode(writer, withoutEntries(node));
    hasher.reset();
    hasher.bytes(writer.view());
    this.log.sum(hasher);
    return hasher.hash();
  }
}

/** The hash of `node` from scratch. With `payloads` "none", payloads count by their length only. */
export function stateHash(node: Node, payloads: Payloads = "full"): Hash {
  const log = new LogHash(payloads);
  log.reset(node.log);
  log.advance();
  return new StateHash(log).of(node);
}

/** The node with a log that holds nothing but the position behind which it begins. */
export function withoutEntries(node: Node): Node {
  return { ...node, log: Log.after(node.log.snapshot) };
}
