/**
 * Draws the lanes: a line for each node, its role by colour, thickness and shape, steps as dots, messages as arrows.
 *
 * @module
 */
import { drawArrows } from "./lane_arrows.ts";
import { drawAxis } from "./lane_axis.ts";
import { drawFork, drawLines, drawNames } from "./lane_lines.ts";
import { drawSelection } from "./lane_selection.ts";
import { drawSteps } from "./lane_steps.ts";
import type { Palette } from "./palette.ts";
import { type Lanes, LEFT, Sheet, type Size } from "./sheet.ts";

const FONT = "12px system-ui, sans-serif";

/** Draws everything. */
export function drawLanes(context: CanvasRenderingContext2D, lanes: Lanes, size: Size, colours: Palette): void {
  context.clearRect(0, 0, size.width, size.height);
  context.lineCap = "butt";
  context.font = FONT;
  const sheet = new Sheet(context, lanes, size, colours);
  context.save();
  context.beginPath();
  context.rect(LEFT - 4, 0, size.width, size.height);
  context.clip();
  drawFork(sheet);
  drawAxis(sheet);
  drawLines(sheet);
  drawArrows(sheet);
  drawSteps(sheet);
  drawSelection(sheet);
  context.restore();
  drawNames(sheet);
}
