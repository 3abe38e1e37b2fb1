/**
 * The sheet on which lanes are drawn: where steps and nodes are on it.
 *
 * @module
 */
import { MARKS, type TimelineColumns } from "../../debugger/timeline.ts";
import type { Sent } from "../moment.ts";
import type { Palette } from "./palette.ts";
import { type Pieces, roleAt } from "./pieces.ts";
import type { View } from "./view.ts";

/** What is drawn. */
export interface Lanes {
  /** The nodes, from top to bottom. */
  readonly nodes: readonly number[];
  /** The steps. */
  readonly columns: TimelineColumns;
  /** How many there are. */
  readonly length: number;
  /** The roles of the nodes. */
  readonly pieces: Pieces;
  /** Which steps. */
  readonly view: View;
  /** The one that is selected. */
  readonly selected: number;
  /** What the selected step has sent, as far as that is known already. */
  readonly sent: readonly Sent[];
  /** The first step that is another one than in the recording; 0 if there is none. */
  readonly differsFrom: number;
}

/** The size of a canvas, in the pixels of the page. */
export interface Size {
  /** Width. */
  readonly width: number;
  /** Height. */
  readonly height: number;
}

/** Room for the names of the nodes. */
export const LEFT = 72;
/** Room above the lanes, for terms. */
export const TOP = 24;
/** Room below them, for times. */
export const BOTTOM = 26;
const RIGHT = 8;

/** Where a step is. */
export function xOf(number: number, { from, to }: View, width: number): number {
  return LEFT + (number - from) / (to - from) * (width - LEFT - RIGHT);
}

/** Which step is there. */
export function stepAt(x: number, { from, to }: View, width: number): number {
  return from + (x - LEFT) / (width - LEFT - RIGHT) * (to - from);
}

/** Where the line of a node is. */
export function yOf(position: number, count: number, height: number): number {
  return TOP + (position + 0.5) * (height - TOP - BOTTOM) / Math.max(count, 1);
}

/** Which lane is there. */
export function laneAt(y: number, count: number, height: number): number {
  return Math.floor((y - TOP) / (height - TOP - BOTTOM) * count);
}

/** The sheet. */
export class Sheet {
  /** The first step on it. */
  readonly first: number;
  /** The last step on it. */
  readonly last: number;
  /** Where the lines of the nodes are. */
  readonly y: readonly number[];
  /** Pixels for each step. */
  readonly perStep: number;

  /** An empty sheet. */
  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly lanes: Lanes,
    readonly size: Size,
    readonly colours: Palette,
  ) {
    const { length, nodes, view } = lanes;
    this.first = Math.max(1, Math.floor(view.from));
    this.last = Math.min(length, Math.ceil(view.to));
    this.y = nodes.map((_, i) => yOf(i, nodes.length, size.height));
    this.perStep = (size.width - LEFT - RIGHT) / (view.to - view.from);
  }

  /** Where a step is. */
  x(number: number): number {
    return xOf(number, this.lanes.view, this.size.width);
  }

  /** Where the node of a step has its line. */
  yOfStep(number: number): number {
    return this.y[this.lanes.columns.node[number - 1]];
  }

  /** The role of a node at a step. */
  role(lane: number, number: number): number {
    return roleAt(this.lanes.pieces, lane, number);
  }
}

/** Whether a message between two nodes was overtaken, or came twice. What a node reports to itself may be overtaken. */
export function isLate({ cause, marks, node }: TimelineColumns, number: number): boolean {
  const sender = cause[number - 1];
  return (marks[number - 1] & MARKS.late) !== 0 && sender !== 0 && node[sender - 1] !== node[number - 1];
}
