/**
 * What stands around the reducer: recordings of other implementations, and how to judge a reducer by them.
 *
 * @module
 */
export { BadInput } from "./etcd/bad_input.ts";
export type { Difference } from "./etcd/difference.ts";
export type { RuleName } from "./etcd/exclusions.ts";
export { Judge, judgeFile, type Watch } from "./etcd/judge_file.ts";
export type { ReadCount } from "./etcd/reader.ts";
export type { RunKind } from "./etcd/recorded.ts";
export type { Disagreement, Report, Summary, Tally } from "./etcd/report.ts";
