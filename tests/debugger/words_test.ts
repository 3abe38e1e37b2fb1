import { assert, assertEquals } from "@std/assert";
import type { Effect, Message } from "../../core/mod.ts";
import {
  describeChange,
  describeEffect,
  describeMessage,
  describeObjection,
  describeReason,
  inWords,
  listInWords,
  many,
  nodesInWords,
  positions,
} from "../../effects/debugger/words.ts";
import * as samples from "../wire/samples.ts";

Deno.test("every message, effect and reason has words of its own", () => {
  const messages = Object.values(samples.MESSAGES).map((message: Message) => describeMessage(message));
  const effects = Object.values(samples.EFFECTS).map((effect: Effect) => describeEffect(effect));
  const reasons = Object.values(samples.ROLE_CHANGE_REASONS).map(describeReason);
  const objections = [...Object.values(samples.REFUSED_REASONS), ...Object.values(samples.FAULT_REASONS)].map(
    describeObjection,
  );
  for (const words of [...messages, ...effects, ...reasons, ...objections]) {
    assert(words.length > 3 && !/undefined|\[object|NaN|_tag/.test(words), words);
  }
  assertEquals(new Set(messages).size, messages.length);
  assertEquals(new Set(reasons).size, reasons.length);
});

Deno.test("a message is told with what it says", () => {
  const entries = [1, 2, 3, 4].map((
    i,
  ) => ({ index: i, term: 1, type: "normal", data: new Uint8Array(0), size: 4 } as const));
  assertEquals(
    describeMessage({ type: "Append", from: 1, to: 2, term: 3, prev: { index: 0, term: 0 }, entries, commit: 0 }),
    "Append from 1, term 3, [1/1 … 4/1] behind 0/0, commit 0",
  );
  assertEquals(describeMessage({ type: "Campaign" }), "Campaign");
  assertEquals(
    describeMessage({ type: "RequestVoteResponse", from: 2, to: 1, term: 3, granted: false }),
    "RequestVoteResponse from 2, term 3, refused",
  );
  assertEquals(describeMessage({ type: "Propose", ticket: 7, entries: [] }), "Propose 0 commands with ticket 7");
  const change = { transition: "auto", changes: [{ type: "addNode", id: 4 }], context: new Uint8Array(0) } as const;
  assertEquals(describeChange(change), "auto [addNode 4]");
});

Deno.test("lists and numbers read like English", () => {
  assertEquals([1, 2, 3].map((n) => listInWords(Array.from({ length: n }, (_, i) => i + 1))), [
    "1",
    "1 and 2",
    "1, 2 and 3",
  ]);
  assertEquals([nodesInWords([2]), nodesInWords([1, 3])], ["node 2", "nodes 1 and 3"]);
  assertEquals([many(1, "step"), many(1_000, "step"), many(2, "try", "tries")], ["1 step", "1,000 steps", "2 tries"]);
  assertEquals(inWords("QuorumInactive"), "quorum inactive");
  assertEquals(positions([{ index: 1, term: 1 }, { index: 2, term: 1 }]), "1/1 2/1");
});
