/**
 * The shapes of roles and marks, on a canvas.
 *
 * @module
 */
import { ABSENT } from "./pieces.ts";
import type { Sheet } from "./sheet.ts";

/**
 * A circle for a follower, a diamond for a pre-candidate, a triangle for a candidate, a square for a leader, and an empty
 * circle for a node that does not run.
 */
export function drawShape({ colours, context }: Sheet, role: number, x: number, y: number, r: number): void {
  context.fillStyle = role === ABSENT ? colours.paper : colours.roles[role];
  context.strokeStyle = role === ABSENT ? colours.faint : colours.ink;
  context.lineWidth = 1;
  context.beginPath();
  if (role === 0 || role === ABSENT) context.arc(x, y, r * 0.85, 0, 2 * Math.PI);
  else if (role === 1) polygon(context, [[x, y - r], [x + r, y], [x, y + r], [x - r, y]]);
  else if (role === 2) polygon(context, [[x, y - r], [x + r, y + r * 0.8], [x - r, y + r * 0.8]]);
  else context.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  context.fill();
  context.stroke();
}

/** Adds a cross to the path. */
export function addCross(path: Path2D, x: number, y: number, r: number): void {
  path.moveTo(x - r, y - r);
  path.lineTo(x + r, y + r);
  path.moveTo(x + r, y - r);
  path.lineTo(x - r, y + r);
}

/** Adds an arrow to `lines`, and its head to `heads`. */
export function addArrow(
  lines: Path2D,
  heads: Path2D | null,
  { x, y }: Point,
  to: Point,
): void {
  lines.moveTo(x, y);
  lines.lineTo(to.x, to.y);
  if (heads === null) return;
  const angle = Math.atan2(to.y - y, to.x - x);
  heads.moveTo(to.x, to.y);
  heads.lineTo(to.x - 7 * Math.cos(angle - 0.35), to.y - 7 * Math.sin(angle - 0.35));
  heads.lineTo(to.x - 7 * Math.cos(angle + 0.35), to.y - 7 * Math.sin(angle + 0.35));
  heads.closePath();
}

/** A point of a canvas. */
export interface Point {
  /** From the left. */
  readonly x: number;
  /** From the top. */
  readonly y: number;
}

function polygon(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  points.forEach(([x, y], i) => i === 0 ? context.moveTo(x, y) : context.lineTo(x, y));
  context.closePath();
}
