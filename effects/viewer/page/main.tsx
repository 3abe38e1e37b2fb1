/**
 * Where the page begins.
 *
 * @module
 */
import { render } from "preact";
import { App } from "./app.tsx";
import { goToAddress, open, theme } from "./store.ts";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme.value++);
addEventListener("hashchange", () => void goToAddress());
void open("worker.js");
