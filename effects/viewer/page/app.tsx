/**
 * The page: the story above, the instant below.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Bar } from "./bar.tsx";
import { ForkForm } from "./fork_form.tsx";
import { Icon } from "./icon.tsx";
import { KEYS, listenToKeys } from "./keys.ts";
import { Legend, Meanings } from "./legend.tsx";
import { Logs } from "./logs.tsx";
import { Nodes } from "./nodes.tsx";
import { LanesView, MapView } from "./stage.tsx";
import {
  branch,
  go,
  length,
  live,
  moment,
  playing,
  problem,
  progress,
  selected,
  status,
  theme,
  waiting,
} from "./store.ts";
import { Told } from "./told.tsx";

/** Milliseconds from one step to the next while the story runs. */
const PLAY_MS = 120;

/** The whole page. */
export function App(): JSX.Element {
  useEffect(() => {
    listenToKeys({ search: focusSearch, fork: openFork });
    const timer = setInterval(() => {
      if (!playing.value) return;
      if (selected.value >= length.value) playing.value = false;
      else go(selected.value + 1);
    }, PLAY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <header>
        <h1>raftfold</h1>
        <What />
        <Legend />
        <button type="button" class="theme" aria-label="Light or dark" title="Light or dark" onClick={toggleTheme}>
          <Icon name="theme" />
        </button>
      </header>
      {branch.value === null ? <Opening /> : (
        <main>
          <Announcement />
          <MapView />
          <LanesView />
          <Bar />
          <Status />
          <div class="panels">
            <div>
              <Told />
              <ForkForm />
              <Help />
            </div>
            <div>
              <Logs />
              <Nodes />
            </div>
          </div>
        </main>
      )}
    </>
  );
}

function Opening(): JSX.Element {
  return (
    <main class="opening">
      {problem.value === ""
        ? (
          <p role="status">
            {waiting.value === "" ? status.value : waiting.value}{" "}
            <progress max={1} value={progress.value} aria-label="How much was read" />
          </p>
        )
        : <p class="problem" role="alert">{problem.value}</p>}
    </main>
  );
}

/** What goes on; it takes no room when nothing does. */
function Status(): JSX.Element | null {
  if (progress.value < 1 && !live.value) {
    return (
      <p class="status" role="status">
        Reading the rest … <progress max={1} value={progress.value} aria-label="How much was read" />
      </p>
    );
  }
  const text = status.value === "" ? waiting.value : status.value;
  return text === "" ? null : <p class="status" role="status">{text}</p>;
}

function Help(): JSX.Element {
  return (
    <details class="help">
      <summary>Keys and signs</summary>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Meanings />
    </details>
  );
}

function What(): JSX.Element {
  const { value } = branch;
  const steps = value === null ? "" : `${value.length.toLocaleString("en")} steps of ${value.nodes.length} nodes`;
  return <span class="what">{live.value && steps !== "" ? `${steps}, live` : steps}</span>;
}

/** The selected step, for those who hear the page. */
function Announcement(): JSX.Element {
  const { value } = moment;
  const text = value === null || value.number === 0 ? "" : `Step ${value.number}, node ${value.node}: ${value.told}`;
  return <p class="announce" aria-live="polite">{text}</p>;
}

function focusSearch(): void {
  document.getElementById("search")?.focus();
}

function openFork(): void {
  const details = document.getElementById("fork");
  if (details instanceof HTMLDetailsElement) details.open = true;
  details?.querySelector("summary")?.focus();
}

function toggleTheme(): void {
  const { documentElement: { dataset } } = document;
  const dark = dataset.theme === undefined
    ? matchMedia("(prefers-color-scheme: dark)").matches
    : dataset.theme === "dark";
  dataset.theme = dark ? "light" : "dark";
  theme.value++;
}
