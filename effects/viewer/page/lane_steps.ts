/**
 * The steps as dots, and what is remarkable about them: a new role, a commit, something lost or refused.
 *
 * @module
 */
import { MARKS } from "../../debugger/timeline.ts";
import { addCross, drawShape } from "./draw_shape.ts";
import type { Sheet } from "./sheet.ts";

const LEADER = 3;
/** Room between two labels, in pixels. */
const APART = 64;

/** Draws them: alike ones together. Where many steps share a pixel, one of them stands for all. */
export function drawSteps(sheet: Sheet): void {
  const { colours, context, first, lanes: { columns }, last, perStep } = sheet;
  const [dots, snapshots, ticks, crosses] = [new Path2D(), new Path2D(), new Path2D(), new Path2D()];
  const turns: number[] = [];
  const ticked = sheet.y.map(() => -1);
  const r = Math.min(2.6, perStep / 2.5);
  for (let number = first; number <= last; number++) {
    const marks = columns.marks[number - 1];
    if (marks === 0 && perStep < 2) continue;
    const lane = columns.node[number - 1];
    const [x, y] = [sheet.x(number), sheet.y[lane]];
    if ((marks & MARKS.role) !== 0) turns.push(number);
    if ((marks & (MARKS.fault | MARKS.rejected)) !== 0) addCross(crosses, x, y - 9, 3);
    if ((marks & MARKS.lost) !== 0 && perStep > 1.5) addCross(crosses, x, y + 9, 3);
    if ((marks & MARKS.commit) !== 0 && x - ticked[lane] >= 1) {
      ticked[lane] = x;
      ticks.rect(x - 1, y - 12, 2, 8);
    }
    if (perStep < 2) continue;
    const path = (marks & MARKS.snapshot) === 0 ? dots : snapshots;
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
  context.fillStyle = colours.ink;
  context.fill(dots);
  context.fillStyle = colours.mark;
  context.fill(snapshots);
  context.fillStyle = colours.commit;
  context.fill(ticks);
  context.strokeStyle = colours.bad;
  context.lineWidth = 1.6;
  context.stroke(crosses);
  if (perStep >= 16) drawIndexes(sheet);
  drawTurns(sheet, turns);
}

/** Up to where it is committed, beside the ticks. */
function drawIndexes(sheet: Sheet): void {
  const { colours, context, first, lanes: { columns }, last } = sheet;
  context.fillStyle = colours.commit;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (let number = first; number <= last; number++) {
    if ((columns.marks[number - 1] & MARKS.commit) === 0) continue;
    context.fillText(String(columns.commit[number - 1]), sheet.x(number), sheet.yOfStep(number) - 14);
  }
}

/** New roles, and the terms of new leaders. */
function drawTurns(sheet: Sheet, turns: readonly number[]): void {
  const { colours, context, lanes: { columns }, perStep } = sheet;
  let labelled = -Infinity;
  for (const number of turns) {
    const [x, y, role] = [sheet.x(number), sheet.yOfStep(number), columns.role[number - 1]];
    drawShape(sheet, role, x, y, perStep > 4 ? 7 : 4);
    if (role !== LEADER || x - labelled < APART) continue;
    labelled = x;
    context.fillStyle = colours.ink;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.fillText(`term ${columns.term[number - 1]}`, x, 13);
    context.strokeStyle = colours.roles[LEADER];
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(x, 17);
    context.lineTo(x, y - 8);
    context.stroke();
    context.setLineDash([]);
  }
}
