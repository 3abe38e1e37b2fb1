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

/** Listens to keys, unless something is being typed. */
export function listenToKeys(actions: { search(): void; fork(): void }): void {
  addEventListener("keydown", (event) => {
    const { target } = event;
    if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY)$/.test(target.tagName)) {
      if (!(target instanceof HTMLInputElement && target.type === "range")) return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actionOf(event, actions);
    if (act === null) return;
    event.preventDefault();
    act();
  });
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
      return () => view.value = zoomed(view.value, 0.7, selected.value, length.value);
    case "-":
      return () => view.value = zoomed(view.value, 1.4, selected.value, length.value);
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
