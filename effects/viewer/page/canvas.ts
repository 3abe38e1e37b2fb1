/**
 * A canvas that is as large as the page makes it, and sharp on every screen.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import { effect } from "@preact/signals";
import type { Size } from "./sheet.ts";

/** Draws on a canvas. It is called again, at most once a frame, when a signal that it has read or the size changes. */
export type Draw = (context: CanvasRenderingContext2D, size: Size) => void;

/** Keeps a canvas drawn. */
export function useCanvas(draw: Draw): RefObject<HTMLCanvasElement | null> {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d") ?? null;
    if (canvas === null || context === null) return;
    const painter = new Painter(draw, canvas, context);
    return () => painter.stop();
  }, []);
  return ref;
}

class Painter {
  readonly #observer: ResizeObserver;
  #size: Size = { width: 0, height: 0 };
  #frame = 0;
  #forget = (): void => {};

  constructor(
    private readonly draw: Draw,
    private readonly canvas: HTMLCanvasElement,
    private readonly context: CanvasRenderingContext2D,
  ) {
    // The size is asked for only when it changes: to ask costs a layout of the page.
    this.#observer = new ResizeObserver(() => {
      this.#fit();
      this.#soon();
    });
    this.#observer.observe(canvas);
    this.#fit();
    this.#paint();
  }

  stop(): void {
    this.#forget();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #soon(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#frame = 0;
    this.#forget();
    let first = true;
    this.#forget = effect(() => {
      // It reads its signals while it draws; when one of them changes, the next frame draws it anew.
      if (first) this.draw(this.context, this.#size);
      else this.#soon();
      first = false;
    });
  }

  #fit(): void {
    const { canvas, context } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = globalThis.devicePixelRatio ?? 1;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#size = { width, height };
  }
}
