/**
 * The selected step, across all lanes, with the message that caused it, and what became of those that it sent.
 *
 * @module
 */
import { addArrow, addCross } from "./draw_shape.ts";
import { BOTTOM, type Sheet } from "./sheet.ts";

/** Draws it. */
export function drawSelection(sheet: Sheet): void {
  const { colours, context, lanes: { columns, selected, view }, size } = sheet;
  if (selected < view.from || selected > view.to) return;
  const x = sheet.x(selected);
  context.strokeStyle = colours.mark;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, 2);
  context.lineTo(x, size.height - BOTTOM + 6);
  context.stroke();
  if (selected === 0) return;
  const y = sheet.yOfStep(selected);
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
  const [lines, heads] = [new Path2D(), new Path2D()];
  const cause = columns.cause[selected - 1];
  if (cause > 0 && columns.node[cause - 1] !== columns.node[selected - 1]) {
    addArrow(lines, heads, { x: sheet.x(cause), y: sheet.yOfStep(cause) }, { x, y });
  }
  drawSent(sheet, lines, heads);
  context.lineWidth = 2;
  context.strokeStyle = context.fillStyle = colours.mark;
  context.stroke(lines);
  context.fill(heads);
}

/** What has arrived goes to where it did; what never will ends on its way, in a cross. */
function drawSent(sheet: Sheet, lines: Path2D, heads: Path2D): void {
  const { colours, context, lanes: { nodes, selected, sent }, y } = sheet;
  const from = { x: sheet.x(selected), y: sheet.yOfStep(selected) };
  const [lost, crosses] = [new Path2D(), new Path2D()];
  for (const { fate, received, to } of sent) {
    const lane = nodes.indexOf(to);
    if (lane < 0 || y[lane] === from.y) continue;
    if (received !== null) addArrow(lines, heads, from, { x: sheet.x(received), y: y[lane] });
    else if (fate === "lost" || fate === "down") {
      const end = { x: from.x + 26, y: from.y + (y[lane] - from.y) * 0.62 };
      addArrow(lost, null, from, end);
      addCross(crosses, end.x, end.y, 5);
    }
  }
  context.strokeStyle = colours.bad;
  context.lineWidth = 1.5;
  context.setLineDash([3, 3]);
  context.stroke(lost);
  context.setLineDash([]);
  context.lineWidth = 2;
  context.stroke(crosses);
}
