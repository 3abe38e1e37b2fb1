/**
 * What a step is, beside the pointer that is over it.
 *
 * @module
 */
import type { JSX } from "preact";
import { MARKS } from "../../debugger/timeline.ts";
import { MESSAGE_TYPES } from "../../wire/message_tags.ts";
import type { Branch } from "../protocol.ts";
import { shortTime } from "./words.ts";

/** A hint and where it is. */
export interface Hint {
  /** In a few words. */
  readonly text: string;
  /** From the left or from the right edge of the lanes, whichever is nearer. */
  readonly side: Readonly<{ left: string } | { right: string }>;
  /** From their top. */
  readonly top: number;
}

const WORDS: readonly (readonly [mark: number, word: string])[] = [
  [MARKS.role, "role, term or leader changes"],
  [MARKS.commit, "commits"],
  [MARKS.snapshot, "snapshot"],
  [MARKS.configuration, "configuration"],
  [MARKS.rejected, "rejected"],
  [MARKS.fault, "refused"],
  [MARKS.lost, "something it sent was lost"],
];

/** The hint for a step; null for none. */
export function hintAt(branch: Branch | null, number: number, event: PointerEvent, width: number): Hint | null {
  if (branch === null || number === 0) return null;
  const { columns, nodes } = branch;
  const at = number - 1;
  const [cause, time] = [columns.cause[at], columns.at[at]];
  const type = MESSAGE_TYPES.name(columns.message[at]) ?? "";
  const parts = [
    `Step ${number.toLocaleString("en")}`,
    `node ${nodes[columns.node[at]]}`,
    cause > 0 && columns.node[cause - 1] !== columns.node[at] ? `${type} from ${nodes[columns.node[cause - 1]]}` : type,
    ...Number.isNaN(time) ? [] : [shortTime(time, columns.at[0])],
    ...WORDS.flatMap(([mark, word]) => (columns.marks[at] & mark) === 0 ? [] : [word]),
  ];
  const side = event.offsetX < width / 2
    ? { left: `${event.offsetX + 12}px` }
    : { right: `${width - event.offsetX + 12}px` };
  return { text: parts.join(" · "), side, top: event.offsetY + 14 };
}

/** The hint on the page. What it says is in the panel of the step as well, for those who do not point. */
export function HintBox({ hint }: { hint: Hint | null }): JSX.Element | null {
  if (hint === null) return null;
  return <div class="hint" aria-hidden="true" style={{ ...hint.side, top: `${hint.top}px` }}>{hint.text}</div>;
}
