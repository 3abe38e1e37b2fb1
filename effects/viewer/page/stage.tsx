/**
 * The lanes and the map, with what pointers do on them.
 *
 * @module
 */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { useCanvas } from "./canvas.ts";
import { Gestures } from "./gestures.ts";
import { type Hint, hintAt, HintBox } from "./hint.tsx";
import { drawLanes } from "./lanes.ts";
import { drawFrame, drawMap, mapStepAt } from "./minimap.ts";
import { laneAt, type Lanes, stepAt } from "./sheet.ts";
import { branch, go, jump, length, moment, palette, pieces, selected, view } from "./store.ts";
import { moved, zoomed } from "./view.ts";

const hint = signal<Hint | null>(null);
/** A step is meant that is so many pixels beside the pointer. */
const REACH = 14;

/** The lanes. */
export function LanesView(): JSX.Element {
  const canvas = useCanvas((context, size) => {
    const lanes = lanesNow();
    if (lanes !== null) drawLanes(context, lanes, size, palette.value);
  });
  const { current: gestures } = useRef(new Gestures());
  const onDown = (event: PointerEvent): void => {
    gestures.down(event);
    canvas.current?.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    if (canvas.current === null) return;
    const { clientWidth } = canvas.current;
    if (!gestures.isActive) {
      hint.value = hintAt(branch.value, nearest(event, canvas.current, false), event, clientWidth);
    } else if (gestures.move(event, clientWidth)) hint.value = null;
  };
  const onUp = (event: PointerEvent): void => {
    if (gestures.up(event) && canvas.current !== null) go(nearest(event, canvas.current, true));
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    hint.value = null;
    if (canvas.current === null) return;
    const { from, to } = view.value;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      view.value = moved(view.value, (event.deltaX || event.deltaY) * (to - from) / 1_000, length.value);
    } else {
      const around = stepAt(event.offsetX, view.value, canvas.current.clientWidth);
      view.value = zoomed(view.value, Math.exp(event.deltaY / 500), around, length.value);
    }
  };
  return (
    <div class="stage">
      <canvas
        ref={canvas}
        class="lanes"
        style={{ height: `${Math.max(170, 40 * (branch.value?.nodes.length ?? 3) + 56)}px` }}
        role="img"
        aria-label={`Lanes of ${branch.value?.nodes.length ?? 0} nodes. ${moment.value?.told ?? ""}`}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={(event) => gestures.up(event)}
        onPointerLeave={() => hint.value = null}
        onWheel={onWheel}
      />
      <HintBox hint={hint.value} />
    </div>
  );
}

/** The map. */
export function MapView(): JSX.Element {
  const strip = useCanvas((context, size) => {
    const { value } = branch;
    if (value !== null) drawMap(context, { ...value, pieces: pieces.value }, size, palette.value);
  });
  const frame = useCanvas((context, size) => {
    const [shown, at, all] = [view.value, selected.value, length.value];
    drawFrame(context, { view: shown, selected: at, length: all }, size, palette.value);
  });
  const seek = (event: PointerEvent): void => {
    if (event.buttons === 0 || frame.current === null) return;
    frame.current.setPointerCapture(event.pointerId);
    jump(mapStepAt(event.offsetX, length.value, frame.current.clientWidth));
  };
  return (
    <div
      class="map"
      aria-hidden="true"
      style={{ height: `${Math.max(44, 10 * (branch.value?.nodes.length ?? 0) + 10)}px` }}
    >
      <canvas ref={strip} />
      <canvas ref={frame} class="frame" onPointerDown={seek} onPointerMove={seek} />
    </div>
  );
}

function lanesNow(): Lanes | null {
  const { value } = branch;
  const told = moment.value;
  if (value === null) return null;
  const sent = told?.number === selected.value ? told.deliveries : [];
  return { ...value, pieces: pieces.value, view: view.value, selected: selected.value, sent };
}

/** The step of the lane under the pointer that is nearest to it; without one, 0 or if `any` whatever step is there. */
function nearest(event: PointerEvent, canvas: HTMLCanvasElement, any: boolean): number {
  const { value } = branch;
  const at = stepAt(event.offsetX, view.value, canvas.clientWidth);
  if (value === null) return 0;
  const lane = laneAt(event.offsetY, value.nodes.length, canvas.clientHeight);
  const reach = REACH * (view.value.to - view.value.from) / canvas.clientWidth;
  let best = any ? Math.round(at) : 0;
  let distance = Infinity;
  for (let number = Math.ceil(at - reach); number <= at + reach; number++) {
    if (number < 1 || number > value.length || value.columns.node[number - 1] !== lane) continue;
    if (Math.abs(number - at) < distance) [best, distance] = [number, Math.abs(number - at)];
  }
  return best;
}
