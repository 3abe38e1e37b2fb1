/**
 * Changes of the configuration as words: `add 4 remove 1 explicit`, `learner 5`, `update 2`, `leave`.
 *
 * @module
 */
import { type Change, type ChangeType, type ConfChange, NO_BYTES, type Transition } from "../../../core/mod.ts";
import type { Arguments } from "./arguments.ts";

const CHANGES: ReadonlyMap<string, ChangeType> = new Map([
  ["add", "addNode"],
  ["remove", "removeNode"],
  ["update", "updateNode"],
  ["learner", "addLearnerNode"],
]);

const TRANSITIONS: ReadonlyMap<string, Transition> = new Map([
  ["implicit", "jointImplicit"],
  ["explicit", "jointExplicit"],
]);

/** The change that the rest of the words describe. */
export function readConfChange(args: Arguments): ConfChange {
  const changes: Change[] = [];
  let transition: Transition = "auto";
  while (args.hasMore) {
    const word = args.word();
    const type = CHANGES.get(word);
    if (type !== undefined) changes.push({ type, id: args.number() });
    else if (word !== "leave") transition = transitionOf(word);
  }
  return { transition, changes, context: NO_BYTES };
}

function transitionOf(word: string): Transition {
  const transition = TRANSITIONS.get(word);
  if (transition === undefined) throw new Error(`Cannot read the change: "${word}" is no part of one.`);
  return transition;
}
