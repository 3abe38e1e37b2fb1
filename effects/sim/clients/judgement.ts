/**
 * What is demanded of a cluster as its clients and its state machines see it: it must be indistinguishable from one machine
 * that applies the log alone.
 *
 * @module
 */

/** The names of the demands, and what they are. */
export const JUDGEMENTS = {
  "Equal Replicas": "All state machines apply the same commands in the same order, and give the same replies.",
  "Right Replies": "Clients are told the reply to their own command, and answers that the state machine has given.",
  "One Machine Alone": "A machine that applies the same commands alone gives the same replies and answers.",
  "Real-Time Order": "What was answered comes before what was asked later.",
  "Lasting Writes": "What was acknowledged is applied on every node in the end.",
  "No Effect": "What was rejected is never applied.",
  "Exactly Once": "Whatever is repeated under one key or in one session is applied once.",
  "Session Order": "The commands of a session are applied in the order of the calls.",
  "Timely Answers": "Every request is answered by its deadline.",
  "Recovery": "When nothing is broken any more, every node serves every client before long.",
  "Application": "The application's own judge has nothing to object to.",
} as const;

/** The name of a demand. */
export type Judgement = keyof typeof JUDGEMENTS;

/** Takes an objection: which demand was not met, and what was seen, in a sentence. */
export type Objection = (check: Judgement, sentence: string) => void;
