/**
 * Draws the map: all steps in one strip, a row for each node, and which of them are on the screen.
 *
 * @module
 */
import { MARKS } from "../../debugger/timeline.ts";
import type { Palette } from "./palette.ts";
import { isLate, type Lanes, LEFT, type Size } from "./sheet.ts";

/** What the map needs of the lanes. */
export type Mapped = Pick<Lanes, "columns" | "length" | "nodes" | "pieces">;

/** How much of its row a line takes, by role. */
const SHARES = [0.2, 0.45, 0.65, 0.9, 0];
const RIGHT = 8;
/** Room for what is lost or late, below the rows. */
const FOOT = 8;

/** The strip without what changes: it is drawn once for a size, a story and colours. */
export function drawMap(context: CanvasRenderingContext2D, mapped: Mapped, size: Size, colours: Palette): void {
  const { width, height } = size;
  context.clearRect(0, 0, width, height);
  const { length, nodes, pieces } = mapped;
  const scale = (width - LEFT - RIGHT) / Math.max(1, length);
  const row = (height - FOOT) / Math.max(1, nodes.length);
  nodes.forEach((_, lane) => {
    const [starts, roles] = [pieces.starts[lane], pieces.roles[lane]];
    const middle = 1 + (lane + 0.5) * row;
    // What is thicker is drawn later, so that a short campaign is not hidden.
    for (const role of [0, 1, 2, 3]) {
      context.fillStyle = colours.roles[role];
      const thick = Math.max(1, SHARES[role] * row);
      roles.forEach((is, i) => {
        if (is !== role) return;
        const to = starts[i + 1] ?? length;
        context.fillRect(LEFT + starts[i] * scale, middle - thick / 2, Math.max(1, (to - starts[i]) * scale), thick);
      });
    }
  });
  drawFates(context, mapped, size, colours);
  drawLabels(context, nodes, row, colours);
}

function drawFates(context: CanvasRenderingContext2D, { columns, length }: Mapped, size: Size, colours: Palette): void {
  const across = Math.max(1, Math.floor(size.width - LEFT - RIGHT));
  const fates = new Uint8Array(across);
  const interesting = MARKS.fault | MARKS.lost | MARKS.late;
  for (let number = 1; number <= length; number++) {
    const marks = columns.marks[number - 1];
    if ((marks & interesting) === 0) continue;
    const at = Math.floor((number - 1) / length * across);
    const fate = (marks & MARKS.fault) !== 0 ? 3 : (marks & MARKS.lost) !== 0 ? 2 : isLate(columns, number) ? 1 : 0;
    if (fate > fates[at]) fates[at] = fate;
  }
  for (let x = 0; x < across; x++) {
    if (fates[x] === 0) continue;
    context.fillStyle = fates[x] === 1 ? colours.late : colours.bad;
    context.fillRect(LEFT + x, size.height - (fates[x] === 3 ? 7 : 5), 1, fates[x] === 3 ? 6 : 3);
  }
}

function drawLabels(context: CanvasRenderingContext2D, nodes: readonly number[], row: number, colours: Palette): void {
  context.font = `${Math.min(11, Math.max(7, row))}px system-ui, sans-serif`;
  context.fillStyle = colours.faint;
  context.textAlign = "right";
  context.textBaseline = "middle";
  nodes.forEach((node, lane) => context.fillText(String(node), LEFT - 8, 1.5 + (lane + 0.5) * row));
}

/** The frame around what is on the screen, and the selected step. */
export function drawFrame(
  context: CanvasRenderingContext2D,
  { length, selected, view }: Pick<Lanes, "length" | "selected" | "view">,
  { width, height }: Size,
  colours: Palette,
): void {
  const x = (number: number): number => LEFT + number / Math.max(1, length) * (width - LEFT - RIGHT);
  context.clearRect(0, 0, width, height);
  const [from, to] = [x(Math.max(0, view.from)), x(Math.min(length, view.to))];
  context.fillStyle = colours.ink;
  context.globalAlpha = 0.07;
  context.fillRect(from, 1, Math.max(3, to - from), height - 2);
  context.globalAlpha = 1;
  context.strokeStyle = colours.ink;
  context.lineWidth = 1;
  context.strokeRect(from + 0.5, 1.5, Math.max(3, to - from), height - 3);
  context.fillStyle = colours.mark;
  context.fillRect(x(selected) - 1, 0, 2, height);
}

/** Which step is at `x` of the map. */
export function mapStepAt(x: number, length: number, width: number): number {
  return Math.round((x - LEFT) / Math.max(1, width - LEFT - RIGHT) * length);
}
