/**
 * A counterexample as somebody would tell it.
 *
 * @module
 */
import type { Value } from "./model.ts";
import { isDone, type Operation } from "./operation.ts";

/** What the story is about. */
export interface Plot {
  /** The key. */
  readonly key: string;
  /** The operations, in the order of their calls. */
  readonly operations: readonly Operation[];
  /** The one that cannot have been answered as it was. */
  readonly last: Operation;
  /** The values that the key can have had then. */
  readonly values: readonly Value[];
  /** How many operations are left out. */
  readonly others: number;
}

/** More than so many values are no help. */
const MANY = 6;
/** Longer values are cut. */
const LONG = 120;

/** The story, line by line. */
export function tellStory({ key, operations, last, values, others }: Plot): readonly string[] {
  const time = timesFrom(operations);
  const rows = operations.map((operation) => {
    const end = operation.return === null ? "…" : time(operation.return);
    return [
      `${time(operation.call)} – ${end}`,
      `client ${operation.client}`,
      `${ask(operation)} → ${answer(operation)}`,
    ];
  });
  const width = (column: number): number => Math.max(...rows.map((row) => row[column].length));
  const widths = [width(0), width(1)];
  const count = operations.length === 1 ? "This operation cannot" : `These ${operations.length} operations cannot`;
  return [
    `Key ${quote(key)} is not linearizable. ${count} be put into any order:`,
    ...rows.map(([times, client, what]) => `  ${times.padStart(widths[0])}  ${client.padEnd(widths[1])}  ${what}`),
    describe(last, values),
    ...(others > 0 ? [`The ${others} other operations on the key do not help, whatever came of them.`] : []),
  ];
}

function describe(last: Operation, values: readonly Value[]): string {
  const who = `client ${last.client} was told ${answer(last)}`;
  if (values.length === 0 || values.length > MANY) return `No order explains that ${who}.`;
  return `When ${who}, the key can only have been ${values.map(describeValue).join(" or ")}.`;
}

function describeValue(value: Value): string {
  return value === null ? "not there" : quote(value);
}

function ask({ op, value, expect }: Operation): string {
  if (op === "cas") return `cas from ${expect === null ? "nothing" : quote(expect)} to ${quote(value ?? "")}`;
  if (op === "incr") return `incr by ${value ?? "1"}`;
  return value === null ? op : `${op} ${quote(value)}`;
}

function answer(operation: Operation): string {
  const { op, ok, output } = operation;
  if (ok === false) return "certainly failed";
  if (!isDone(operation)) return "no answer";
  switch (op) {
    case "get":
      return output === null ? "not there" : quote(output);
    case "put":
      return "done";
    case "cas":
      return output === "0" ? "something else was there" : "done";
    case "delete":
      return output === "0" ? "was not there" : "done";
    case "append":
      return output === null ? "done" : `${output} bytes`;
    case "incr":
      return output ?? "done";
  }
}

function quote(text: string): string {
  const whole = JSON.stringify(text);
  return whole.length > LONG ? `${whole.slice(0, LONG / 2)}…${whole.slice(-LONG / 2)}` : whole;
}

/** Times from the first one on: in milliseconds where they look like nanoseconds, otherwise as they are. */
function timesFrom(operations: readonly Operation[]): (time: number) => string {
  const times = operations.flatMap(({ call, return: end }) => end === null ? [call] : [call, end]);
  const first = Math.min(...times);
  const inNanoseconds = Math.max(...times) - first >= 10_000;
  return (time) => inNanoseconds ? `${((time - first) / 1e6).toFixed(3)} ms` : String(Math.round(time - first));
}
