/**
 * What a torture has come to, as data and as a table.
 *
 * @module
 */
import type { Verdict } from "../history/linearizable.ts";
import { type Operation, OPERATION_NAMES, type OperationName } from "../history/operation.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";

/** How many requests ended how. */
export interface OutcomeCounts {
  /** Carried out. */
  ok: number;
  /** Certainly without an effect. */
  failed: number;
  /** Nobody knows. */
  unknown: number;
}

/** What a torture has come to. */
export interface TortureReport {
  /** The seed of everything that was drawn. */
  readonly seed: number;
  /** How many nodes. */
  readonly nodes: number;
  /** How many clients. */
  readonly clients: number;
  /** How many rounds of faults and recovery were completed. */
  readonly rounds: number;
  /** How long it took. */
  readonly elapsedMs: number;
  /** How many faults of each kind. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** How the requests ended. */
  readonly operations: Readonly<Record<OperationName, OutcomeCounts>>;
  /** Milliseconds from the end of the faults of a round to a leader, at most. */
  readonly leaderAfterMs: number;
  /** What the checker says: of the last round, if it was not good. */
  readonly verdict: Verdict["type"];
  /** How many histories of a single key were checked. */
  readonly keys: number;
  /** How many acknowledged writes were looked for, each by its own name. */
  readonly acknowledged: number;
  /** What was not as promised, in sentences; nothing if all was. */
  readonly failures: readonly string[];
  /** The history of the round in which something was not as promised. */
  readonly history: readonly Operation[];
}

/** Whether everything was as promised. */
export function isGood({ failures, verdict }: TortureReport): boolean {
  return failures.length === 0 && verdict === "Linearizable";
}

/** No requests yet. */
export function noOperations(): Record<OperationName, OutcomeCounts> {
  const none = (): OutcomeCounts => ({ ok: 0, failed: 0, unknown: 0 });
  return { get: none(), put: none(), append: none(), cas: none(), delete: none(), incr: none() };
}

/** No faults yet. */
export function noFaults(): Record<FaultKind, number> {
  return { kill: 0, "kill-all": 0, pause: 0, cut: 0, "one-way": 0, slow: 0 };
}

/** Adds `operations` to `counts`. */
export function countOperations(counts: Record<OperationName, OutcomeCounts>, operations: readonly Operation[]): void {
  for (const { op, ok } of operations) counts[op][ok === null ? "unknown" : ok ? "ok" : "failed"]++;
}

/** The report as a table. */
export function describeReport(report: TortureReport): readonly string[] {
  const { seed, nodes, clients, rounds, elapsedMs, verdict, failures } = report;
  const seconds = elapsedMs / 1000;
  const faults = FAULT_KINDS.filter((kind) => report.faults[kind] > 0).map((kind) => `${kind} ${report.faults[kind]}`);
  const total = OPERATION_NAMES.reduce((sum, name) => sum + report.operations[name].ok, 0);
  const rows: readonly (readonly [string, string])[] = [
    ["run", `seed ${seed}, ${nodes} nodes, ${clients} clients, ${rounds} rounds in ${seconds.toFixed(0)} s`],
    ["faults", faults.join(", ") || "none"],
    ...OPERATION_NAMES.map((name) => [name, describeOutcomes(report.operations[name])] as const),
    ["rate", `${figure(total / Math.max(seconds, 0.001))} operations a second were carried out`],
    ["leader", `at most ${figure(report.leaderAfterMs)} ms after the faults of a round`],
    ["linearizable", `${ANSWERS[verdict]}: ${figure(report.keys)} histories of one key each`],
    ["acknowledged", `${figure(report.acknowledged)} writes were looked for by name`],
    ["promises", failures.length === 0 && verdict === "Linearizable" ? "all kept" : "broken"],
  ];
  return rows.map(([name, text]) => `${name.padEnd(14)}${text}`);
}

const ANSWERS: Readonly<Record<Verdict["type"], string>> = {
  Linearizable: "yes",
  NotLinearizable: "no",
  GaveUp: "not clear",
};

function describeOutcomes({ ok, failed, unknown }: OutcomeCounts): string {
  return `${figure(ok)} carried out, ${figure(failed)} certainly not, ${figure(unknown)} unknown`;
}

function figure(number: number): string {
  return Math.round(number).toLocaleString("en");
}
