/**
 * Which steps are on the screen, and where: a window on the steps, by their numbers.
 *
 * @module
 */

/** The steps from `from` to `to`, which need not be whole numbers. */
export interface View {
  /** At the left edge. */
  readonly from: number;
  /** At the right edge. */
  readonly to: number;
}

/** No fewer steps are shown. */
const LEAST = 12;
/** No more: beyond that there is the map. */
const MOST = 20_000;

/** The first view of a story of `length` steps, on a page that is so many pixels wide. */
export function firstView(length: number, width: number): View {
  return { from: 0, to: Math.max(LEAST, Math.min(length + 1, Math.round(width / 9))) };
}

/** Zooms by `factor` around the step `around`. */
export function zoomed(view: View, factor: number, around: number, length: number): View {
  const span = view.to - view.from;
  const wanted = Math.min(Math.max(span * factor, LEAST), Math.min(MOST, Math.max(LEAST, length + 1)));
  const share = span === 0 ? 0.5 : (around - view.from) / span;
  return within({ from: around - share * wanted, to: around + (1 - share) * wanted }, length);
}

/** Moves by so many steps. */
export function moved(view: View, by: number, length: number): View {
  return within({ from: view.from + by, to: view.to + by }, length);
}

/** The view that shows step `number`: this one if it does, otherwise one with the step in the middle. */
export function showing(view: View, number: number, length: number): View {
  const margin = Math.min(3, (view.to - view.from) / 8);
  if (number >= view.from + margin && number <= view.to - margin) return view;
  const half = (view.to - view.from) / 2;
  return within({ from: number - half, to: number + half }, length);
}

/** The view with the step `number` in the middle. */
export function centred(view: View, number: number, length: number): View {
  const half = (view.to - view.from) / 2;
  return within({ from: number - half, to: number + half }, length);
}

function within({ from, to }: View, length: number): View {
  const span = to - from;
  const least = 0;
  const most = Math.max(length + 1, span);
  const start = Math.min(Math.max(from, least), most - span);
  return { from: start, to: start + span };
}
