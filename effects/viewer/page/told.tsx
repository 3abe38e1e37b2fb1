/**
 * The selected step: what happened, why, what it changed, what the node wants done, and what became of that.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import type { Fate } from "../../debugger/timeline.ts";
import type { Sent } from "../moment.ts";
import { branch, jump, moment } from "./store.ts";
import { longTime } from "./words.ts";

/** The selected step. */
export function Told(): JSX.Element {
  const { value } = moment;
  if (value === null) return <section class="told" aria-busy="true" />;
  const when = value.at === null ? "" : `, ${longTime(value.at, branch.value?.columns.at[0] ?? 0)}`;
  return (
    <section class="told" aria-labelledby="told">
      <h2 id="told">
        {value.number === 0 ? "Before the first step" : `Step ${value.number}: node ${value.node}`}
        <small>{value.number === 0 ? "" : `its step ${value.step} of run ${value.run}${when}`}</small>
      </h2>
      <p class="message">
        {value.told}
        {value.cause === null ? null : (
          <span>
            {" – "}
            <StepLink number={value.cause}>sent in step {value.cause}</StepLink>
          </span>
        )}
      </p>
      {value.reason === null ? null : (
        <p class="reason">
          <b>Why its role, term or leader changed:</b> {value.reason}.
        </p>
      )}
      <Lines title="Changed" lines={value.changes} none="Nothing changed." />
      <Lines title="Wants done" lines={value.effects} none="Nothing." />
      {value.deliveries.length === 0 ? null : (
        <>
          <h3>What became of what it sent</h3>
          <ul>{value.deliveries.map((sent, i) => <li key={i}>{Became(sent)}</li>)}</ul>
        </>
      )}
    </section>
  );
}

/** A way to a step. */
export function StepLink({ number, children }: { number: number; children: ComponentChildren }): JSX.Element {
  return (
    <a
      href={`#step=${number}`}
      onClick={(event) => {
        event.preventDefault();
        jump(number);
      }}
    >
      {children}
    </a>
  );
}

function Lines({ title, lines, none }: { title: string; lines: readonly string[]; none: string }): JSX.Element {
  return (
    <>
      <h3>{title}</h3>
      {lines.length === 0 ? <p class="none">{none}</p> : <ul>{lines.map((line, i) => <li key={i}>{line}</li>)}</ul>}
    </>
  );
}

/** What there is to say of a message that nobody received. */
const ENDS: Readonly<Partial<Record<Fate, string>>> = { down: "the receiver was down", unknown: "nobody knows" };

function Became({ what, to, fate, received }: Sent): JSX.Element {
  const end = received === null ? <b class={fate === "unknown" ? "none" : "bad"}>{ENDS[fate] ?? "lost"}</b> : (
    <>
      {fate === "late" ? <b class="late">late,</b> : null}
      <StepLink number={received}>step {received}</StepLink>
    </>
  );
  return <>{what} to {to}: {end}</>;
}
