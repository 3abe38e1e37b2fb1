/**
 * The axis below the lanes: numbers of steps, and about when they happened.
 *
 * @module
 */
import { shortTime } from "./words.ts";
import { BOTTOM, type Sheet, TOP } from "./sheet.ts";

/** Room for a label, in pixels. */
const APART = 130;

/** Draws it. */
export function drawAxis(sheet: Sheet): void {
  const { colours, context, first, lanes: { columns: { at } }, last, perStep, size: { height } } = sheet;
  const by = roundUp(APART / perStep);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (let number = Math.ceil(first / by) * by; number <= last; number += by) {
    const x = Math.round(sheet.x(number)) + 0.5;
    context.strokeStyle = colours.rule;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, TOP - 4);
    context.lineTo(x, height - 6);
    context.stroke();
    const time = at[number - 1];
    const when = Number.isNaN(time) ? "" : `  ${shortTime(time, at[0])}`;
    context.fillStyle = colours.faint;
    context.fillText(`${number.toLocaleString("en")}${when}`, x + 4, height - BOTTOM / 2 + 2);
  }
}

/** The next number that people count by. */
function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
  return 10 * power;
}
