/**
 * Fork from here: the selected message is dropped, or a node is told something, and the reducer shows what becomes of it.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { branch, fork, moment, problem, selected, shown } from "./store.ts";

const SUGGESTIONS: readonly (readonly [name: string, json: string])[] = [
  ["it campaigns", `{"type":"Campaign"}`],
  ["it checks its quorum", `{"type":"CheckQuorum"}`],
  ["it sends heartbeats", `{"type":"Beat"}`],
  ["it is asked to append", `{"type":"Propose","ticket":999999,"entries":[{"type":"normal","data":"aGVsbG8="}]}`],
  ["it forgets its leader", `{"type":"ForgetLeader"}`],
];

/** What can be done to the story. */
export function ForkForm(): JSX.Element {
  const [wanted, setWanted] = useState(1);
  const [json, setJson] = useState(SUGGESTIONS[0][1]);
  const at = selected.value;
  // A node that is down cannot be told anything.
  const up = (moment.value?.nodes ?? []).filter(({ running }) => running).map(({ id }) => id);
  const node = up.includes(wanted) ? wanted : up[0] ?? wanted;
  const drop = (): void => void fork({ at: at - 1, drop: [at], insert: [] });
  const insert = (event: SubmitEvent): void => {
    event.preventDefault();
    try {
      void fork({ at, drop: [], insert: [{ node, message: JSON.parse(json) }] });
    } catch {
      problem.value = "What the node is to be told is not JSON.";
    }
  };
  return (
    <details class="fork" id="fork">
      <summary>Fork from here</summary>
      <p>
        Branch “{branch.value?.name ?? ""}”, step{" "}
        {at}. The reducer runs in this page: what follows is what the nodes would have done.
      </p>
      <button type="button" onClick={drop} disabled={at === 0}>
        Drop this message ({moment.value?.told ?? ""})
      </button>
      <form onSubmit={insert}>
        <label>
          Behind this step tell node{" "}
          <select value={node} onChange={(event) => setWanted(Number(event.currentTarget.value))}>
            {up.map((id) => <option key={id} value={id}>{id}</option>)}
          </select>
        </label>
        <label>
          that{" "}
          <select onChange={(event) => setJson(event.currentTarget.value)} aria-label="What it is told">
            {SUGGESTIONS.map(([name, value]) => <option key={name} value={value}>{name}</option>)}
          </select>
        </label>
        <textarea
          aria-label="The message as JSON"
          rows={2}
          value={json}
          onInput={(event) => setJson(event.currentTarget.value)}
        />
        <button type="submit">Insert it</button>
      </form>
      {shown.value === 0 ? null : <p>This is a fork itself; it can be forked again.</p>}
    </details>
  );
}
