/**
 * What pointers do on the lanes: one selects a step or moves them, two zoom.
 *
 * @module
 */
import { stepAt } from "./sheet.ts";
import { length, view } from "./store.ts";
import { moved, zoomed } from "./view.ts";

/** So many pixels a pointer has to move to move the view. */
const TREMBLE = 4;

/** Follows the pointers that are down. */
export class Gestures {
  readonly #at = new Map<number, number>();
  /** Whether the view was moved or zoomed since the first pointer came. */
  #acted = false;

  /** Whether a pointer is down. */
  get isActive(): boolean {
    return this.#at.size > 0;
  }

  /** A pointer comes. */
  down({ offsetX, pointerId }: PointerEvent): void {
    this.#at.set(pointerId, offsetX);
    this.#acted = this.#at.size > 1;
  }

  /** A pointer that is down moves, on lanes of this width; whether the view has changed. */
  move({ offsetX, pointerId }: PointerEvent, width: number): boolean {
    const was = this.#at.get(pointerId);
    if (was === undefined) return false;
    if (!this.#acted && Math.abs(offsetX - was) < TREMBLE) return false;
    this.#acted = true;
    const other = [...this.#at].find(([id]) => id !== pointerId)?.[1];
    if (other === undefined) view.value = moved(view.value, -this.#steps(offsetX - was, width), length.value);
    else pinch(was, offsetX, other, width);
    this.#at.set(pointerId, offsetX);
    return true;
  }

  /** A pointer goes; whether it has only pressed. */
  up({ pointerId }: PointerEvent): boolean {
    return this.#at.delete(pointerId) && !this.#acted;
  }

  #steps(pixels: number, width: number): number {
    return pixels * (view.value.to - view.value.from) / width;
  }
}

/** Nearer than this, two fingers would zoom to nothing. */
const NEAREST = 10;

/** One of two fingers moves: the step under the other one stays there. */
function pinch(was: number, is: number, other: number, width: number): void {
  const factor = Math.max(NEAREST, Math.abs(was - other)) / Math.max(NEAREST, Math.abs(is - other));
  view.value = zoomed(view.value, factor, stepAt(other, view.value, width), length.value);
}
