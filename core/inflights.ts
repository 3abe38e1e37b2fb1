/**
 * The `Append`s that were sent to a peer and not yet acknowledged (thesis §10.2.2).
 *
 * A first-in first-out queue of two linked lists: messages are added to the back and freed at the front, and the back is
 * turned round when the front is used up. Every version stays valid.
 *
 * @module
 */

/** One message on its way. */
export interface Inflight {
  /** Index of its last entry. */
  readonly index: number;
  /** Payload bytes of its entries. */
  readonly bytes: number;
  /** The one behind it (in `front`) or before it (in `back`). */
  readonly next: Inflight | null;
}

/** The messages on their way to one peer, oldest first. */
export interface Inflights {
  /** The number of messages on their way. */
  readonly count: number;
  /** Payload bytes on their way. */
  readonly bytes: number;
  /** The oldest, in the order in which they were sent. */
  readonly front: Inflight | null;
  /** The newest, in the opposite order. */
  readonly back: Inflight | null;
}

/** Nothing is on its way. */
export const NO_INFLIGHTS: Inflights = { count: 0, bytes: 0, front: null, back: null };

/** Adds a message whose last entry is at `index`. */
export function addInflight(inflights: Inflights, index: number, bytes: number): Inflights {
  const { count, bytes: sum, front, back } = inflights;
  const inflight: Inflight = { index, bytes, next: front === null ? null : back };
  return front === null
    ? { count: 1, bytes, front: inflight, back: null }
    : { count: count + 1, bytes: sum + bytes, front, back: inflight };
}

/** Frees the messages whose entries are all acknowledged by `to`. */
export function freeInflights(inflights: Inflights, to: number): Inflights {
  let { count, bytes, front, back } = inflights;
  if (front === null || front.index > to) return inflights;
  while (front !== null && front.index <= to) {
    count--;
    bytes -= front.bytes;
    front = front.next;
    if (front === null) {
      front = reverse(back);
      back = null;
    }
  }
  return front === null ? NO_INFLIGHTS : { count, bytes, front, back };
}

/** The index and bytes of every message, oldest first. */
export function listInflights(inflights: Inflights): readonly (readonly [index: number, bytes: number])[] {
  const list: [number, number][] = [];
  for (let i = inflights.front; i !== null; i = i.next) list.push([i.index, i.bytes]);
  for (let i = reverse(inflights.back); i !== null; i = i.next) list.push([i.index, i.bytes]);
  return list;
}

function reverse(list: Inflight | null): Inflight | null {
  let reversed: Inflight | null = null;
  for (let i = list; i !== null; i = i.next) reversed = { index: i.index, bytes: i.bytes, next: reversed };
  return reversed;
}
