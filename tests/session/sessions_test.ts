import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { decodeEnvelope, encodeEnvelope, type Envelope } from "../../effects/session/envelope.ts";
import { SESSION_LIMITS, Sessions, type Verdict } from "../../effects/session/sessions.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const inSession = (session: number, sequence: number, command: string, acknowledged = 0): Envelope => ({
  type: "InSession",
  session,
  sequence,
  acknowledged,
  command: bytes(command),
});
const keyed = (key: string, command: string): Envelope => ({ type: "Keyed", key, command: bytes(command) });
const open: Envelope = { type: "Open", nonce: bytes("nonce") };

function reply(verdict: Verdict, text: string): void {
  if (verdict.type === "Apply" && verdict.kept !== null) verdict.kept.reply = bytes(text);
}

function kept(verdict: Verdict): string {
  return verdict.type === "Repeat" ? new TextDecoder().decode(verdict.kept.reply) : verdict.type;
}

Deno.test("an envelope is read as it was written", () => {
  const envelopes: Envelope[] = [
    { type: "Plain", command: bytes("set") },
    { type: "Plain", command: bytes("") },
    open,
    inSession(7, 3, "set", 2),
    { type: "Close", session: 7 },
    keyed("a key", "set"),
  ];
  for (const envelope of envelopes) assertEquals(decodeEnvelope(encodeEnvelope(envelope)), E.right(envelope));
});

Deno.test("what is no envelope is refused", () => {
  for (const data of [[], [9], [2], [4, 200], [3, 0x80]]) {
    assertEquals(E.isLeft(decodeEnvelope(Uint8Array.from(data))), true, `${data}`);
  }
});

Deno.test("a command of a session is applied once, and its reply is given again", () => {
  const sessions = new Sessions();
  assertEquals(sessions.judge(open, 5), { type: "Opened", session: 5 });
  const first = sessions.judge(inSession(5, 1, "a"), 6);
  assertEquals(first.type, "Apply");
  reply(first, "one");
  assertEquals(kept(sessions.judge(inSession(5, 1, "a"), 7)), "one");
  assertEquals(sessions.judge(inSession(5, 2, "b"), 8).type, "Apply");
});

Deno.test("a command that is repeated within one batch has the reply of the first", () => {
  const sessions = new Sessions();
  sessions.judge(open, 1);
  const first = sessions.judge(inSession(1, 1, "a"), 2);
  const second = sessions.judge(inSession(1, 1, "a"), 3);
  reply(first, "later");
  assertEquals(kept(second), "later");
});

Deno.test("a reply is kept until it is acknowledged", () => {
  const sessions = new Sessions();
  sessions.judge(open, 1);
  reply(sessions.judge(inSession(1, 1, "a"), 2), "one");
  sessions.judge(inSession(1, 2, "b", 1), 3);
  assertEquals(sessions.judge(inSession(1, 1, "a"), 4).type, "AlreadyAcknowledged");
});

Deno.test("a session that is not known has expired, and so has one that was closed", () => {
  const sessions = new Sessions();
  assertEquals(sessions.judge(inSession(3, 1, "a"), 4).type, "SessionExpired");
  sessions.judge(open, 5);
  assertEquals(sessions.judge({ type: "Close", session: 5 }, 6).type, "Closed");
  assertEquals(sessions.judge(inSession(5, 1, "a"), 7).type, "SessionExpired");
});

Deno.test("a session expires when the log has gone on without it", () => {
  const sessions = new Sessions({ ...SESSION_LIMITS, entries: 10 });
  sessions.judge(open, 1);
  sessions.judge(inSession(1, 1, "a"), 9);
  assertEquals(sessions.judge(inSession(1, 2, "b"), 19).type, "Apply");
  assertEquals(sessions.judge(inSession(1, 3, "c"), 30).type, "SessionExpired");
});

Deno.test("beyond the limit, the session that was not used for the longest expires", () => {
  const sessions = new Sessions({ ...SESSION_LIMITS, sessions: 2 });
  sessions.judge(open, 1);
  sessions.judge(open, 2);
  sessions.judge(inSession(1, 1, "a"), 3);
  sessions.judge(open, 4);
  assertEquals(sessions.size, 2);
  assertEquals(sessions.judge(inSession(2, 1, "a"), 5).type, "SessionExpired");
  assertEquals(sessions.judge(inSession(1, 2, "b"), 6).type, "Apply");
});

Deno.test("a key makes a command harmless to repeat", () => {
  const sessions = new Sessions();
  reply(sessions.judge(keyed("k", "a"), 1), "done");
  assertEquals(kept(sessions.judge(keyed("k", "a"), 2)), "done");
  assertEquals(sessions.judge(keyed("other", "a"), 3).type, "Apply");
});

Deno.test("a session that acknowledges nothing keeps a thousand replies at the most", () => {
  const sessions = new Sessions();
  sessions.judge(open, 1);
  for (let sequence = 1; sequence <= 1_001; sequence++) sessions.judge(inSession(1, sequence, "a"), sequence + 1);
  assertEquals(sessions.judge(inSession(1, 1, "a"), 2_000).type, "AlreadyAcknowledged");
  assertEquals(sessions.judge(inSession(1, 2, "a"), 2_001).type, "Repeat");
});

Deno.test("the table comes back from its records, in the order of use", () => {
  const limits = { ...SESSION_LIMITS, sessions: 2 };
  const sessions = new Sessions(limits);
  sessions.judge(open, 1);
  sessions.judge(open, 2);
  reply(sessions.judge(inSession(1, 1, "a"), 3), "one");
  const copy = new Sessions(limits);
  copy.restore(sessions.records());
  assertEquals(kept(copy.judge(inSession(1, 1, "a"), 4)), "one");
  copy.judge(open, 5);
  assertEquals(copy.judge(inSession(2, 1, "a"), 6).type, "SessionExpired");
});

Deno.test("only what has changed is recorded, and what is gone is removed", () => {
  const sessions = new Sessions();
  sessions.judge(open, 1);
  sessions.judge(open, 2);
  assertEquals(sessions.changes().map(({ key }) => key), ["session/s1", "session/s2"]);
  assertEquals(sessions.changes(), []);
  sessions.judge({ type: "Close", session: 1 }, 3);
  assertEquals(sessions.changes(), [{ key: "session/s1", value: null }]);
});
