/**
 * The lines of the nodes and their names.
 *
 * @module
 */
import { drawShape } from "./draw_shape.ts";
import { ABSENT, pieceAt } from "./pieces.ts";
import { LEFT, type Sheet } from "./sheet.ts";

// By role: follower, pre-candidate, candidate, leader, and a node that does not run.
const THICKNESS = [2, 3, 4, 7, 1];
const DASHES: readonly (readonly number[])[] = [[], [2, 3], [6, 3], [], [1, 5]];

/** What is behind the fork stands on another ground. */
export function drawFork(sheet: Sheet): void {
  const { colours, context, lanes: { differsFrom }, perStep, size } = sheet;
  if (differsFrom === 0) return;
  const from = Math.max(LEFT, sheet.x(differsFrom) - perStep / 2);
  context.fillStyle = colours.mark;
  context.globalAlpha = 0.1;
  context.fillRect(from, 0, size.width - from, size.height);
  context.globalAlpha = 1;
}

/** The lines, each piece in the role that the node has there. */
export function drawLines(sheet: Sheet): void {
  const { first, lanes: { length, nodes, pieces }, last, size } = sheet;
  const end = Math.min(sheet.x(length + 0.5), size.width);
  nodes.forEach((_, lane) => {
    const [starts, roles] = [pieces.starts[lane], pieces.roles[lane]];
    for (let piece = pieceAt(starts, first - 1); piece < starts.length && starts[piece] <= last; piece++) {
      const to = piece + 1 < starts.length ? Math.min(sheet.x(starts[piece + 1]), end) : end;
      drawLine(sheet, lane, sheet.x(starts[piece]), to, roles[piece]);
    }
  });
}

function drawLine(sheet: Sheet, lane: number, from: number, to: number, role: number): void {
  const { colours, context, y } = sheet;
  const start = Math.max(from, LEFT);
  if (to <= start) return;
  context.strokeStyle = role === ABSENT ? colours.faint : colours.roles[role];
  context.lineWidth = THICKNESS[role];
  context.setLineDash([...DASHES[role]]);
  context.beginPath();
  context.moveTo(start, y[lane]);
  context.lineTo(to, y[lane]);
  context.stroke();
  context.setLineDash([]);
  if (role !== ABSENT || from < sheet.x(1)) return;
  context.lineWidth = 2;
  context.strokeStyle = colours.ink;
  context.beginPath();
  context.moveTo(from + 6, y[lane] - 7);
  context.lineTo(from + 6, y[lane] + 7);
  context.stroke();
}

/** The names of the nodes, with the shape of the role that they have at the selected step. */
export function drawNames(sheet: Sheet): void {
  const { colours, context, lanes: { nodes, selected }, y } = sheet;
  context.textBaseline = "middle";
  context.textAlign = "left";
  nodes.forEach((node, lane) => {
    const role = sheet.role(lane, selected);
    drawShape(sheet, role, 13, y[lane], 6);
    context.fillStyle = role === ABSENT ? colours.faint : colours.ink;
    context.fillText(`node ${node}`, 24, y[lane] + 0.5);
  });
}
