/**
 * What every part of an open transport over TCP works with.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { NodeId } from "../../core/entry.ts";
import type { LogFields, Logger } from "../logging/logger.ts";
import { limitRepeats } from "../logging/repeats.ts";
import { randomName } from "../random/random.ts";
import type { Address } from "../storage/storage.ts";
import { Counters } from "./counters.ts";
import type { ConnectionKind, Introduction } from "./introduction.ts";
import type { TransportLimits } from "./limits.ts";
import { Reachability } from "./reachability.ts";
import type { LocalNode, TransportHandler } from "./transport.ts";

/** Who is here, who takes what arrives, and what bounds both. */
export interface Context {
  /** This node. */
  readonly local: LocalNode;
  /** Takes what arrives. */
  readonly handler: TransportHandler;
  /** The bounds. */
  readonly limits: TransportLimits;
  /** What is counted. */
  readonly counters: Counters;
  /** Which peers cannot be reached. */
  readonly reachability: Reachability;
  /** This run of the program: 16 hexadecimal digits. */
  readonly session: string;
  /** The snapshots of peers that are being completed: until that is done, none is accepted from the same peer. */
  readonly finishing: Map<NodeId, Promise<void>>;
  /** Where peers reach this node. */
  readonly address: Option<Address>;
  /** Takes every event, but equal ones only once in a while: what happens again with every attempt is said once. */
  readonly log: Logger;
}

/** An event with the same fields is written again after this long. */
const REPEAT_MS = 600_000;

/** The context of a node; where it is reached is not known yet. */
export function newContext(local: LocalNode, handler: TransportHandler, limits: TransportLimits): Context {
  const { clock, logger } = local;
  return {
    local,
    handler,
    limits,
    counters: new Counters(),
    reachability: new Reachability(clock, limits.unreachableEveryMs, (peer) => handler.unreachable(peer)),
    session: randomName(local.random),
    finishing: new Map(),
    address: O.none,
    log: limitRepeats(logger, { clock, everyMs: REPEAT_MS, key: sameFields }),
  };
}

/** What this node says of itself on a connection to `to`. */
export function introduce(context: Context, to: NodeId, kind: ConnectionKind): Introduction {
  const { local: { cluster, id, incarnation }, session, address } = context;
  return { kind, cluster, from: id, to, incarnation, session, address };
}

function sameFields(level: string, message: string, fields: LogFields | undefined): string {
  return `${level} ${message} ${JSON.stringify(fields)}`;
}
