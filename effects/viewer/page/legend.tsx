/**
 * What shapes, colours and lines mean.
 *
 * @module
 */
import type { JSX } from "preact";
import { Shape } from "./shape.tsx";

const ROLES = [
  ["leader", "leader"],
  ["candidate", "candidate"],
  ["preCandidate", "pre-candidate"],
  ["follower", "follower"],
  ["down", "down"],
] as const;

/** A sign, and what it means in a sentence. */
interface Sign {
  readonly name: string;
  readonly kind: string;
  readonly width: number;
  readonly path: string;
  readonly stroke: number;
  readonly dashes?: string;
  readonly means: string;
}

const SIGNS: readonly Sign[] = [
  {
    name: "lost",
    kind: "bad",
    width: 12,
    path: "M3 3l10 10M13 3 3 13",
    stroke: 2,
    means: "Below a step: something it sent was never received. Above it: something was refused.",
  },
  {
    name: "late",
    kind: "late",
    width: 14,
    path: "M0 8h16",
    stroke: 2,
    dashes: "4 2",
    means: "A message that was received after one that the same node had sent later, or once more.",
  },
  {
    name: "commit",
    kind: "commit",
    width: 8,
    path: "M8 2v12",
    stroke: 4,
    means: "The node learned that more is committed.",
  },
];

/** Of arrows, what their shape does not say. */
const ARROWS =
  "An arrow begins at the step that wanted the message sent. An answer that promises something, such as a vote or " +
  "that entries are in the log, leaves only when the disk has it: its arrow is longer by that time.";

/** In the head of the page, in a word each. */
export function Legend(): JSX.Element {
  return (
    <ul class="roles" aria-label="Roles and signs">
      {ROLES.map(([role, name]) => (
        <li key={role}>
          <Shape role={role} named /> {name}
        </li>
      ))}
      {SIGNS.map((sign) => (
        <li key={sign.name} title={sign.means}>
          <Drawn sign={sign} /> {sign.name}
        </li>
      ))}
    </ul>
  );
}

/** In sentences, for those who have no pointer to rest on a word. */
export function Meanings(): JSX.Element {
  return (
    <>
      <h3>Signs</h3>
      <dl>
        {SIGNS.map((sign) => (
          <div key={sign.name}>
            <dt>
              <Drawn sign={sign} /> {sign.name}
            </dt>
            <dd>{sign.means}</dd>
          </div>
        ))}
        <div>
          <dt>arrow</dt>
          <dd>{ARROWS}</dd>
        </div>
      </dl>
    </>
  );
}

function Drawn({ sign: { dashes, kind, path, stroke, width } }: { sign: Sign }): JSX.Element {
  return (
    <svg class={`sign ${kind}`} viewBox="0 0 16 16" width={width} height="12" aria-hidden="true">
      <path d={path} stroke="currentColor" stroke-width={stroke} stroke-dasharray={dashes} fill="none" />
    </svg>
  );
}
