/**
 * The bar: the scrubber, the buttons to step, search, and the branches.
 *
 * @module
 */
import type { JSX } from "preact";
import { Icon } from "./icon.tsx";
import { CLOSER, FURTHER, nextTurn, zoom } from "./keys.ts";
import {
  branch,
  branches,
  find,
  following,
  go,
  jump,
  length,
  live,
  moment,
  playing,
  problem,
  selected,
  show,
  shown,
} from "./store.ts";

/** Steps and search. */
export function Bar(): JSX.Element {
  return (
    <div class="bar">
      <div class="buttons" role="group" aria-label="Steps">
        <Step label="First step" icon="first" onClick={() => jump(0)} />
        <Step label="Previous change of a role" icon="before" onClick={() => nextTurn(-1)} />
        <Step label="One step back" icon="back" onClick={() => go(selected.value - 1)} />
        <Step
          label={playing.value ? "Stop" : "Let it run"}
          icon={playing.value ? "pause" : "run"}
          onClick={() => playing.value = !playing.value}
        />
        <Step label="One step on" icon="on" onClick={() => go(selected.value + 1)} />
        <Step label="Next change of a role" icon="after" onClick={() => nextTurn(1)} />
        <Step
          label={live.value ? "Now" : "Last step"}
          icon="last"
          onClick={() => {
            jump(length.value);
            following.value = live.value;
          }}
        />
      </div>
      <div class="buttons" role="group" aria-label="How much is shown">
        <Step label="Closer" icon="closer" onClick={() => zoom(CLOSER)} />
        <Step label="Further away" icon="further" onClick={() => zoom(FURTHER)} />
      </div>
      <input
        class="scrubber"
        type="range"
        min={0}
        max={length.value}
        value={selected.value}
        aria-label="Step"
        aria-valuetext={`Step ${selected.value} of ${length.value}: ${moment.value?.told ?? ""}`}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <output class="where" aria-hidden="true">
        {selected.value.toLocaleString("en")} / {length.value.toLocaleString("en")}
      </output>
      {live.value
        ? (
          <label class="follow">
            <input
              type="checkbox"
              checked={following.value}
              onChange={(event) => {
                following.value = event.currentTarget.checked;
                if (following.value) jump(length.value);
              }}
            />{" "}
            follow
          </label>
        )
        : null}
      <SearchBox />
      <Branches />
      {problem.value === "" ? null : <p class="problem" role="alert">{problem.value}</p>}
    </div>
  );
}

function Step({ label, icon, onClick }: StepProps): JSX.Element {
  return (
    <button type="button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

interface StepProps {
  readonly label: string;
  readonly icon: Parameters<typeof Icon>[0]["name"];
  readonly onClick: () => void;
}

function SearchBox(): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const backwards = event.submitter?.getAttribute("value") === "back";
    void find(String(new FormData(form).get("query") ?? ""), backwards);
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <input
        id="search"
        name="query"
        type="search"
        placeholder="term 3, index 17, node 2 Append, lost"
        aria-label="Search: term, index, node, ticket, message type, election, commit, lost, late"
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <button type="submit" value="on" aria-label="Search forwards" title="Search forwards">
        <Icon name="down" />
      </button>
      <button type="submit" value="back" aria-label="Search backwards" title="Search backwards">
        <Icon name="up" />
      </button>
    </form>
  );
}

function Branches(): JSX.Element | null {
  if (branches.value.length < 2) return null;
  return (
    <div class="branches" role="group" aria-label="Branches">
      {branches.value.map(({ branch: number, name }) => (
        <button
          key={number}
          type="button"
          aria-pressed={shown.value === number}
          onClick={() => show(number)}
        >
          {name}
        </button>
      ))}
      {branch.value !== null && branch.value.differsFrom > 0
        ? (
          <button type="button" class="link" onClick={() => jump(branch.value?.differsFrom ?? 0)}>
            differs from step {branch.value.differsFrom}
          </button>
        )
        : null}
    </div>
  );
}
