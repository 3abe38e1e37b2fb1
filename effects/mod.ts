/**
 * What stands around the reducer: recordings of other implementations, and how to judge a reducer by them.
 *
 * @module
 */
export { BadInput } from "./etcd/bad_input.ts";
export type { Difference } from "./etcd/difference.ts";
export { Judge, judgeFile, type Watch } from "./etcd/judge_file.ts";
export type { Disagreement, Report, Summary, Tally } from "./etcd/report.ts";
