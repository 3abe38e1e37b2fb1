/**
 * An ordered map from keys to values of which a frozen copy costs nothing: a B+tree whose versions share their nodes.
 *
 * A map owns the nodes that it has made and changes them in place; those that it shares with a copy it copies before it
 * changes them. Nodes are split when they are full and go when they are empty; those in between are not merged, since a
 * store that shrinks for good is rare, and what is nearly empty costs little.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import { compareBytes } from "./bytes.ts";

/** The most keys of a leaf, and the most children of a branch. */
const FULL = 32;

/** Stands for the one map that may change a node. */
type Owner = Record<never, never>;

interface Leaf<V> {
  readonly owner: Owner;
  readonly keys: Bytes[];
  readonly values: V[];
  readonly children: null;
}

/** Everything below `children[i]` is at least `keys[i]` and less than `keys[i + 1]`; `keys[0]` is not looked at. */
interface Branch<V> {
  readonly owner: Owner;
  readonly keys: Bytes[];
  readonly values: null;
  readonly children: Node<V>[];
}

type Node<V> = Leaf<V> | Branch<V>;

/** A key and its value. */
export interface MapEntry<V> {
  /** The key. */
  readonly key: Bytes;
  /** The value. */
  readonly value: V;
}

/** A map in the order of its keys' bytes. Keys and values are kept as they are given, not copied. */
export class OrderedMap<V> {
  private root: Node<V>;
  private owner: Owner = {};
  private count: number;

  /** An empty map. */
  constructor() {
    this.root = { owner: this.owner, keys: [], values: [], children: null };
    this.count = 0;
  }

  /** The number of keys. */
  get size(): number {
    return this.count;
  }

  /** The value of `key`. */
  get(key: Bytes): V | undefined {
    let node = this.root;
    while (node.children !== null) node = node.children[childOf(node.keys, key)];
    const at = lowerBound(node.keys, key);
    return isAt(node.keys, at, key) ? node.values[at] : undefined;
  }

  /** Sets the value of `key`, and returns the one before. */
  set(key: Bytes, value: V): V | undefined {
    this.root = this.own(this.root);
    if (this.root.keys.length >= FULL) this.root = this.grow(this.root);
    let node = this.root;
    while (node.children !== null) node = this.descend(node, key);
    const { keys, values } = node;
    const at = lowerBound(keys, key);
    if (isAt(keys, at, key)) {
      const before = values[at];
      keys[at] = key; // The old one may be a part of a buffer together with the old value.
      values[at] = value;
      return before;
    }
    insert(keys, at, key);
    insert(values, at, value);
    this.count++;
    return undefined;
  }

  /** Removes `key`, and returns its value. */
  delete(key: Bytes): V | undefined {
    const before = this.get(key);
    if (before === undefined) return undefined;
    const root = this.without(this.root, key);
    this.root = root ?? { owner: this.owner, keys: [], values: [], children: null };
    while (this.root.children !== null && this.root.children.length === 1) this.root = this.root.children[0];
    this.count--;
    return before;
  }

  /** A copy that does not see what happens to this map from now on, nor the other way round. */
  copy(): OrderedMap<V> {
    const copy = new OrderedMap<V>();
    copy.root = this.root;
    copy.count = this.count;
    this.owner = {}; // What was this map's own is shared now.
    return copy;
  }

  /** The entries from `start` on, in order. A change of this map ends the walk; a copy can be walked at leisure. */
  from(start: Bytes): Generator<MapEntry<V>, void> {
    return walk(this.root, start);
  }

  private descend(parent: Branch<V>, key: Bytes): Node<V> {
    let slot = childOf(parent.keys, key);
    let child = parent.children[slot] = this.own(parent.children[slot]);
    if (child.keys.length >= FULL) {
      this.split(parent, slot, key);
      if (compareBytes(parent.keys[slot + 1], key) <= 0) slot++;
      child = parent.children[slot];
    }
    return child;
  }

  private grow(root: Node<V>): Branch<V> {
    const parent: Branch<V> = { owner: this.owner, keys: [root.keys[0]], values: null, children: [root] };
    return parent;
  }

  private own(node: Node<V>): Node<V> {
    const { owner } = this;
    if (node.owner === owner) return node;
    if (node.children === null) return { owner, keys: node.keys.slice(), values: node.values.slice(), children: null };
    return { owner, keys: node.keys.slice(), values: null, children: node.children.slice() };
  }

  /** Moves the upper part of the full child at `slot`, which this map owns, into a new one behind it. */
  private split(parent: Branch<V>, slot: number, key: Bytes): void {
    const node = parent.children[slot];
    const { owner } = this;
    // Keys that come in order fill their nodes, instead of leaving all of them half empty.
    const isLast = slot === parent.children.length - 1 && compareBytes(node.keys[FULL - 1], key) < 0;
    const at = isLast ? FULL - 1 : FULL >> 1;
    const keys = node.keys.splice(at);
    const upper: Node<V> = node.children === null
      ? { owner, keys, values: node.values.splice(at), children: null }
      : { owner, keys, values: null, children: node.children.splice(at) };
    insert(parent.keys, slot + 1, keys[0]);
    insert(parent.children, slot + 1, upper);
  }

  /** `node` without `key`, which is in it; null if nothing is left. */
  private without(node: Node<V>, key: Bytes): Node<V> | null {
    const owned = this.own(node);
    if (owned.children === null) {
      const at = lowerBound(owned.keys, key);
      owned.keys.splice(at, 1);
      owned.values.splice(at, 1);
    } else {
      const slot = childOf(owned.keys, key);
      const child = this.without(owned.children[slot], key);
      if (child !== null) {
        owned.children[slot] = child;
      } else {
        owned.keys.splice(slot, 1);
        owned.children.splice(slot, 1);
      }
    }
    return owned.keys.length === 0 ? null : owned;
  }
}

function* walk<V>(node: Node<V>, start: Bytes): Generator<MapEntry<V>, void> {
  if (node.children === null) {
    for (let i = lowerBound(node.keys, start); i < node.keys.length; i++) {
      yield { key: node.keys[i], value: node.values[i] };
    }
  } else {
    for (let i = childOf(node.keys, start); i < node.children.length; i++) yield* walk(node.children[i], start);
  }
}

/** The first position whose key is not less than `key`. */
function lowerBound(keys: readonly Bytes[], key: Bytes): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(keys[middle], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child below which `key` is, if it is anywhere: the last one that begins at or before it. */
function childOf(keys: readonly Bytes[], key: Bytes): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(keys[middle], key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isAt(keys: readonly Bytes[], at: number, key: Bytes): boolean {
  return at < keys.length && compareBytes(keys[at], key) === 0;
}

function insert<A>(list: A[], at: number, item: A): void {
  list.push(item);
  for (let i = list.length - 1; i > at; i--) list[i] = list[i - 1];
  list[at] = item;
}
