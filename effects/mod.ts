/**
 * What stands around the reducer: recordings of other implementations and how to judge by them.
 *
 * @module
 */
export { type Judged, judgeFile } from "./etcd/judge_file.ts";
