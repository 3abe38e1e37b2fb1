/**
 * What happened between two states, in 32 bits.
 *
 * @module
 */

/** How an input happened. */
export type Manner = "plain" | "duplicate" | "interrupted" | "drop";

const MANNERS: readonly Manner[] = ["plain", "duplicate", "interrupted", "drop"];

/** An action: an input of a node, by their numbers. */
export interface ActionCode {
  /** The number of the input. */
  readonly input: number;
  /** The position of the machine. */
  readonly node: number;
  /** How it happened: `duplicate` leaves the message in flight, after `interrupted` the power was off, `drop` loses it. */
  readonly manner: Manner;
}

/** As one number: 26 bits for the input, 4 for the node, 2 for the manner. */
export function encodeAction(input: number, node: number, manner: 0 | 1 | 2 | 3): number {
  return (input | (node << 26) | (manner << 30)) | 0;
}

/** From one number. */
export function decodeAction(code: number): ActionCode {
  return { input: code & 0x3ffffff, node: (code >>> 26) & 15, manner: MANNERS[code >>> 30] };
}

/** The number of an action whose input has another number. */
export function renamedAction({ node, manner }: Omit<ActionCode, "input">, input: number): number {
  switch (manner) {
    case "plain":
      return encodeAction(input, node, 0);
    case "duplicate":
      return encodeAction(input, node, 1);
    case "interrupted":
      return encodeAction(input, node, 2);
    case "drop":
      return encodeAction(input, node, 3);
  }
}
