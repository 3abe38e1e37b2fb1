/**
 * RaftKV, as the command simulates it: on a store that is lost in a crash, and for every third seed on one that survives.
 *
 * @module
 */
import { kvHistory } from "../clients/kv_history.ts";
import { toPorcupine } from "../clients/porcupine.ts";
import { kvApp } from "../kv_app.ts";
import { type Subject, subjectOf } from "./subject.ts";

/** RaftKV. */
export const subject: Subject = subjectOf(
  ({ seed }) => kvApp({ durable: seed % 3 === 0 }),
  (operations) => toPorcupine(kvHistory(operations)),
);
