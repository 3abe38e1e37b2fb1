/** Whatever is changed of a state or an outbox, its hash is another one. */
import { assert, assertEquals } from "@std/assert";
import { configuration, type Effect, type Entry, Log, type Node, type Outbox } from "../../core/mod.ts";
import { Hasher, hexadecimal } from "../../effects/recording/hash.ts";
import { LogHash } from "../../effects/recording/log_hash.ts";
import { OutboxHash } from "../../effects/recording/outbox_hash.ts";
import type { Payloads } from "../../effects/recording/payload.ts";
import { StateDigest } from "../../effects/recording/state_digest.ts";
import { stateHash } from "../../effects/recording/state_hash.ts";
import { canonical } from "../properties/canonical.ts";
import { nodesOfEachRole } from "../properties/pool.ts";
import * as samples from "../wire/samples.ts";
import { type Changed, everyChange } from "./changed.ts";

const NODES: readonly Node[] = [...Object.values(samples.NODES), ...nodesOfEachRole(5)];

const EFFECTS: readonly Effect[] = [
  ...Object.values(samples.EFFECTS),
  ...Object.values(samples.MESSAGES).flatMap((message): Effect[] =>
    "from" in message ? [{ type: "Send", message }] : []
  ),
  ...Object.values(samples.ROLE_CHANGE_REASONS).map((reason): Effect => ({ ...samples.EFFECTS.RoleChanged, reason })),
  ...Object.values(samples.REFUSED_REASONS).map((reason): Effect => ({ type: "Refused", reason })),
  ...Object.values(samples.FAULT_REASONS).map((reason): Effect => ({ type: "Fault", reason })),
];

Deno.test("a state that differs anywhere has another hash", () => {
  for (const node of NODES) {
    const hash = hexadecimal(stateHash(node));
    let count = 0;
    for (const { path, value } of changesOf(node)) {
      assert(hexadecimal(stateHash(value)) !== hash, `${node.role}${path}`);
      count++;
    }
    assert(count > 25, `${count} changes of a ${node.role}`);
  }
});

Deno.test("states in different roles have different hashes", () => {
  const { follower } = samples.NODES;
  const alike: readonly Node[] = [
    follower,
    { ...follower, role: "candidate", own: [] },
    { ...follower, role: "preCandidate", own: [] },
  ];
  assertEquals(new Set(alike.map((node) => hexadecimal(stateHash(node)))).size, 3);
  assertEquals(new Set(alike.map(digestOf)).size, 3);
});

Deno.test("the look at a state after every step sees all that is not inside of a list", () => {
  for (const node of NODES) {
    const digest = digestOf(node);
    for (const { path, value } of changesOf(node)) {
      if (isInsideOfAList(path)) continue;
      assert(digestOf(value) !== digest, `${node.role}${path}`);
    }
  }
});

Deno.test("the look at a state depends on nothing but the state", () => {
  const log = new LogHash("full");
  const digest = new StateDigest(log);
  for (const node of [...NODES, ...NODES.toReversed()]) {
    log.reset(node.log);
    const hasher = new Hasher();
    digest.state(hasher, node);
    assertEquals(hexadecimal(hasher.hash()), digestOf(structured(node)), node.role);
  }
});

Deno.test("an outbox that differs anywhere has another hash", () => {
  let count = 0;
  for (const effect of EFFECTS) {
    const outbox: Outbox = [effect];
    const hash = hashOf(outbox);
    for (const { path, value } of everyChange(outbox)) {
      assert(hashOf(value) !== hash, `${effect.type}${path}`);
      count++;
    }
  }
  assert(count > 300, `${count} changes`);
});

Deno.test("different outboxes have different hashes", () => {
  const outboxes: Outbox[] = [[], ...EFFECTS.map((effect) => [effect]), ...EFFECTS.map((effect) => [effect, effect])];
  const different = new Set(outboxes.map(canonical)).size;
  assertEquals(new Set(outboxes.map((outbox) => hashOf(outbox))).size, different);
});

Deno.test("an entry of another type has another hash", () => {
  const [entry] = samples.ENTRIES;
  const types = ["normal", "confChange", "confChangeV2", "empty"] as const;
  const hashes = types.map((type) => hashOf([{ type: "Apply", entries: [{ ...entry, type }] }]));
  assertEquals(new Set(hashes).size, types.length);
});

Deno.test("effects in another order are another outbox", () => {
  const { Persist, Send } = samples.EFFECTS;
  assert(hashOf([Persist, Send]) !== hashOf([Send, Persist]));
});

Deno.test("an outbox has the same hash, whether its entries are known already or not", () => {
  const { leader } = samples.NODES;
  const known = new LogHash("full");
  known.reset(leader.log);
  known.advance();
  const entries = leader.log.slice(leader.log.first, leader.log.last.index);
  const outbox: Outbox = [{ ...samples.EFFECTS.Persist, entries }, { type: "Apply", entries }];
  const hasher = new Hasher();
  new OutboxHash(known, "full").outbox(hasher, outbox);
  assertEquals(hexadecimal(hasher.hash()), hashOf(outbox));
});

Deno.test("without payloads, what they hold makes no difference, but their length does", () => {
  const [entry] = samples.ENTRIES;
  const other: Entry = { ...entry, data: Uint8Array.of(9, 9, 9, 9, 9) };
  const longer: Entry = { ...entry, data: new Uint8Array(6) };
  const proposals = (list: readonly Entry[]): Outbox => [{
    type: "Send",
    message: {
      ...samples.MESSAGES.ForwardedPropose,
      entries: list.map(({ type, data, size }) => ({ type, data, size })),
    },
  }];
  for (const outboxOf of [(list: readonly Entry[]): Outbox => [{ type: "Apply", entries: list }], proposals]) {
    assertEquals(hashOf(outboxOf([entry]), "none"), hashOf(outboxOf([other]), "none"));
    assert(hashOf(outboxOf([entry]), "none") !== hashOf(outboxOf([longer]), "none"));
    assert(hashOf(outboxOf([entry]), "full") !== hashOf(outboxOf([other]), "full"));
  }
  const node = (data: Entry): Node => ({ ...samples.NODES.follower, log: Log.of({ index: 1000, term: 69 }, [data]) });
  assertEquals(stateHash(node(entry), "none"), stateHash(node(other), "none"));
  assert(hexadecimal(stateHash(node(entry), "none")) !== hexadecimal(stateHash(node(longer), "none")));
});

Deno.test("a configuration change counts with what it holds, also without payloads", () => {
  const change = samples.ENTRIES[1];
  const other: Entry = { ...change, data: change.data.with(0, change.data[0] ^ 1) };
  const outboxOf = (entry: Entry): Outbox => [{ type: "Apply", entries: [entry] }];
  assert(hashOf(outboxOf(change), "none") !== hashOf(outboxOf(other), "none"));
});

/** The changes that make a state, and not something that no reducer comes to. */
function* changesOf(node: Node): Generator<Changed<Node>> {
  for (const changed of everyChange(node)) {
    const { path, value } = changed;
    // These follow from the lists of members, and a queue is its elements.
    if (/^\.configuration\.(members|incoming|outgoing)/.test(path)) continue;
    if (/inflights/.test(path)) continue;
    if (path.startsWith(".options.")) {
      yield changed;
    } else if (path.startsWith(".configuration.")) {
      yield { path, value: { ...value, configuration: configuration(value.configuration) } };
    } else {
      yield changed;
    }
  }
}

// Of lists, the first and last elements are seen as far as they are of interest; of logs, what steps change.
function isInsideOfAList(path: string): boolean {
  return /^\.log(\[|\.first|$)/.test(path) || /^\.(heldReads|own\.reads\.pending)\[\d+\]/.test(path);
}

function digestOf(node: Node): string {
  const log = new LogHash("full");
  log.reset(node.log);
  const hasher = new Hasher();
  new StateDigest(log).state(hasher, node);
  return hexadecimal(hasher.hash());
}

function hashOf(outbox: Outbox, payloads: Payloads = "full"): string {
  const hasher = new Hasher();
  new OutboxHash(new LogHash(payloads), payloads).outbox(hasher, outbox);
  return hexadecimal(hasher.hash());
}

/** The same state, of which no part is the same object. */
function structured(node: Node): Node {
  const log = Log.of(node.log.snapshot, node.log.slice(node.log.first, node.log.last.index));
  return { ...structuredClone({ ...node, log: null }), log } as Node;
}
