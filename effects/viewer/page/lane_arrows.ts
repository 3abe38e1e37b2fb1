/**
 * The messages between nodes, as arrows from the step that sent to the step that received.
 *
 * @module
 */
import { addArrow } from "./draw_shape.ts";
import { isLate, type Sheet } from "./sheet.ts";

/** An arrow may go so many steps beyond the right edge; what comes from the left is known by its end. */
const REACH = 4_000;
/** With more arrows than this on the screen, only every so many are drawn. */
const MOST = 2_500;
/** With fewer pixels for a step, arrows have no heads. */
const HEADS_FROM = 3;

/** Draws them: late ones are dashed. */
export function drawArrows(sheet: Sheet): void {
  const { colours, context, first, lanes: { columns, length }, last, perStep } = sheet;
  const to = Math.min(length, last + REACH);
  const every = Math.max(1, Math.ceil((last - first) / MOST));
  const [lines, late] = [new Path2D(), new Path2D()];
  const [heads, lateHeads] = perStep < HEADS_FROM ? [null, null] : [new Path2D(), new Path2D()];
  for (let number = first; number <= to; number += every) {
    const cause = columns.cause[number - 1];
    if (cause === 0 || cause > last || columns.node[cause - 1] === columns.node[number - 1]) continue;
    const isOne = isLate(columns, number);
    const from = { x: sheet.x(cause), y: sheet.yOfStep(cause) };
    addArrow(isOne ? late : lines, isOne ? lateHeads : heads, from, { x: sheet.x(number), y: sheet.yOfStep(number) });
  }
  context.lineWidth = 1;
  context.strokeStyle = context.fillStyle = colours.faint;
  context.globalAlpha = perStep < HEADS_FROM ? 0.4 : 0.8;
  context.stroke(lines);
  if (heads !== null) context.fill(heads);
  context.strokeStyle = context.fillStyle = colours.late;
  context.setLineDash([4, 3]);
  context.stroke(late);
  context.setLineDash([]);
  if (lateHeads !== null) context.fill(lateHeads);
  context.globalAlpha = 1;
}
