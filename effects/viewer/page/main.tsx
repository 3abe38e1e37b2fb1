/**
 * Where the page begins.
 *
 * @module
 */
import { render } from "preact";
import { App } from "./app.tsx";
import { go, length, open, theme } from "./store.ts";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme.value++);
addEventListener("hashchange", () => {
  const step = Number(new URLSearchParams(location.hash.slice(1)).get("step") ?? NaN);
  if (Number.isSafeInteger(step) && step <= length.value) go(step);
});
void open("worker.js");
