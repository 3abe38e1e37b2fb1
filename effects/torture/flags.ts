/**
 * What `torture` is told on its command line, checked.
 *
 * @module
 */
import type { Either } from "fp-ts/Either";
import * as E from "fp-ts/Either";
import type { Random } from "../random/random.ts";
import { FAULT_KINDS, type FaultKind, PROCESS_FAULTS } from "./faults.ts";
import { decimalNumber, wholeNumber } from "./numbers.ts";
import type { TortureOptions } from "./torture.ts";

/** The options as they are written, by their long names. */
export interface TortureFlags {
  /** 3 or 5, or any number up to 9. */
  readonly nodes?: string;
  /** How long harm is done; it may have decimals. */
  readonly minutes?: string;
  /** What determines everything that is drawn. */
  readonly seed?: string;
  /** How many clients. */
  readonly clients?: string;
  /** What may happen: names with commas between them, `all` or `none`. */
  readonly faults?: string;
  /** The election timeout of the nodes. */
  readonly electionMs?: string;
  /** Milliseconds that each step of a recovery may take. */
  readonly recoveryMs?: string;
  /** Whether leaders answer reads by their lease. */
  readonly leaseReads?: boolean;
  /** Where the nodes keep their pairs. */
  readonly store?: string;
  /** The folder of data and logs; one that is removed when all is good if it is not given. */
  readonly data?: string;
  /** The file for the history of a round that was not good. */
  readonly history?: string;
  /** Whether to write one JSON object. */
  readonly json?: boolean;
  /** The program that serves instead of this one, for tests: its words. */
  readonly program?: readonly string[];
}

/** The options, checked, but for what only the caller knows. */
export interface TortureSettings extends Omit<TortureOptions, "clock" | "cluster"> {
  /** The cluster. */
  readonly cluster: Omit<TortureOptions["cluster"], "folder">;
  /** The command line that does the same again. */
  readonly repeat: string;
}

const ROUND_MS = 30_000;
const MOST_SEED = 0xffff_ffff;

/** Checks the options; on the left what is wrong, and what to do. */
export function tortureSettings(flags: TortureFlags, random: Random): Either<string, TortureSettings> {
  try {
    return E.right(checked(flags, random));
  } catch (error) {
    if (error instanceof WrongFlag) return E.left(error.message);
    throw error;
  }
}

class WrongFlag extends Error {}

function checked(flags: TortureFlags, random: Random): TortureSettings {
  const whole = (flag: string, text: string, least: number, most: number): number =>
    required(wholeNumber(flag, text, { least, most }));
  const nodes = whole("--nodes", flags.nodes ?? "3", 1, 9);
  const minutes = required(decimalNumber("--minutes", flags.minutes ?? "1", { least: 0.01, most: 100_000 }));
  const seed = whole("--seed", flags.seed ?? String(Math.floor(random.next() * MOST_SEED)), 0, MOST_SEED);
  const clients = whole("--clients", flags.clients ?? "8", 1, 1_000);
  const electionMs = whole("--election-ms", flags.electionMs ?? "1000", 100, 60_000);
  const usual = String(Math.max(20_000, 20 * electionMs));
  const recoveryMs = whole("--recovery-ms", flags.recoveryMs ?? usual, 100, 600_000);
  const faults = faultKinds(flags.faults, flags.leaseReads === true);
  return {
    cluster: {
      nodes,
      electionMs,
      heartbeatMs: Math.floor(electionMs / 10),
      flags: nodeFlags(flags, electionMs),
      ...(flags.program === undefined ? {} : { program: flags.program, identify: () => 0 }),
    },
    totalMs: minutes * 60_000,
    roundMs: ROUND_MS,
    seed,
    clients,
    faults,
    thinkMs: 10,
    recoveryMs,
    repeat: command({ ...flags, seed: String(seed) }),
  };
}

/** Requests end at the server before clients give them up, and the log is cut often, so that snapshots are sent. */
function nodeFlags({ leaseReads, store, program }: TortureFlags, electionMs: number): readonly string[] {
  if (program !== undefined) return [];
  return [
    ...["--timeout-ms", String(2 * electionMs), "--compact-entries", "2000", "--keep-entries", "200"],
    ...(leaseReads ? ["--lease-reads"] : []),
    ...(store === undefined ? [] : ["--store", store]),
  ];
}

/**
 * A lease protects reads while clocks run, also where a process is held. It does not where the network cuts a leader off:
 * that is what is given up for speed, and so it is not tried unless it is asked for.
 */
function faultKinds(text: string | undefined, leaseReads: boolean): readonly FaultKind[] {
  if (text === "none") return [];
  if (text === undefined && leaseReads) return PROCESS_FAULTS;
  if (text === undefined || text === "all") return FAULT_KINDS;
  return text.split(",").map((name) => {
    const kind = FAULT_KINDS.find((kind) => kind === name);
    if (kind === undefined) {
      throw new WrongFlag(`Cannot use --faults: "${name}" is none of ${FAULT_KINDS.join(", ")}, all, none.`);
    }
    return kind;
  });
}

function required<A>(checked: Either<string, A>): A {
  if (E.isLeft(checked)) throw new WrongFlag(checked.left);
  return checked.right;
}

function command(flags: TortureFlags): string {
  const given: readonly (readonly [string, string | undefined])[] = [
    ["--minutes", flags.minutes],
    ["--seed", flags.seed],
    ["--nodes", flags.nodes],
    ["--clients", flags.clients],
    ["--faults", flags.faults],
    ["--election-ms", flags.electionMs],
    ["--recovery-ms", flags.recoveryMs],
    ["--store", flags.store],
  ];
  const words = given.flatMap(([flag, value]) => value === undefined ? [] : [flag, value]);
  return ["deno task torture", ...words, ...(flags.leaseReads ? ["--lease-reads"] : [])].join(" ");
}
