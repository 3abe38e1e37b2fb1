/**
 * What keys do.
 *
 * @module
 */
import { branch, following, go, jump, length, live, playing, selected, view } from "./store.ts";
import { zoomed } from "./view.ts";

/** Keys and what they do, for the help. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["← →", "one step"],
  ["Shift ← →", "ten steps"],
  ["↑ ↓", "the previous or next step of the same node"],
  ["n p", "the next or previous change of a role"],
  ["Home End", "the first or last step"],
  ["+ −", "closer, further away"],
  ["Space", "let it run, or stop"],
  ["/", "search"],
  ["f", "fork from here"],
];

/** Listens to keys, unless they are meant for what has the focus. */
export function listenToKeys(actions: { search(): void; fork(): void }): void {
  addEventListener("keydown", (event) => {
    const { target } = event;
    if (target instanceof HTMLElement && isMeantFor(target, event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actionOf(event, actions);
    if (act === null) return;
    event.preventDefault();
    act();
  });
}

/** Whether a key does something to an element of the page by itself. */
function isMeantFor(element: HTMLElement, key: string): boolean {
  const scrolls = element.matches(".scroll") && element.scrollWidth > element.clientWidth;
  if (scrolls && (key === "ArrowLeft" || key === "ArrowRight")) return true;
  if (element.matches("button, summary, [type=checkbox]")) return key === " " || key === "Enter";
  return element.matches("input:not([type=range]), textarea, select");
}

function actionOf({ key, shiftKey }: KeyboardEvent, actions: { search(): void; fork(): void }): (() => void) | null {
  switch (key) {
    case "ArrowLeft":
      return () => go(selected.value - (shiftKey ? 10 : 1));
    case "ArrowRight":
      return () => go(selected.value + (shiftKey ? 10 : 1));
    case "ArrowUp":
      return () => sameNode(-1);
    case "ArrowDown":
      return () => sameNode(1);
    case "n":
      return () => nextTurn(1);
    case "p":
      return () => nextTurn(-1);
    case "Home":
      return () => jump(0);
    case "End":
      return () => {
        jump(length.value);
        following.value = live.value;
      };
    case "+":
    case "=":
      return () => zoom(CLOSER);
    case "-":
      return () => zoom(FURTHER);
    case " ":
      return () => playing.value = !playing.value;
    case "/":
      return actions.search;
    case "f":
      return actions.fork;
    default:
      return null;
  }
}

/** Shows fewer steps, by this factor. */
export const CLOSER: number = 0.7;
/** Shows more steps. */
export const FURTHER: number = 1 / CLOSER;

/** Goes closer or further away; the selected step, or the middle if it is not on the screen, stays where it is. */
export function zoom(factor: number): void {
  const { from, to } = view.value;
  const around = selected.value >= from && selected.value <= to ? selected.value : (from + to) / 2;
  view.value = zoomed(view.value, factor, around, length.value);
}

function sameNode(by: number): void {
  const columns = branch.value?.columns;
  if (columns === undefined || selected.value === 0) return go(selected.value + by);
  const node = columns.node[selected.value - 1];
  for (let at = selected.value + by; at >= 1 && at <= length.value; at += by) {
    if (columns.node[at - 1] === node) return go(at);
  }
}

/** Goes to the next step at which a role changes, or to the one before. */
export function nextTurn(by: number): void {
  const columns = branch.value?.columns;
  if (columns === undefined) return;
  for (let at = selected.value + by; at >= 1 && at <= length.value; at += by) {
    if ((columns.marks[at - 1] & 1) !== 0) return jump(at);
  }
}
