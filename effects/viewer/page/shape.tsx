/**
 * The shape of a role, as in the lanes.
 *
 * @module
 */
import type { JSX } from "preact";
import type { NodeView } from "../moment.ts";

/** A role, or none because the node does not run. */
export type Shown = NodeView["role"] | "down";

const SHAPES: Readonly<Record<Shown, readonly [path: string, name: string]>> = {
  follower: ["M8 2.6a5.4 5.4 0 1 0 0 10.8a5.4 5.4 0 1 0 0-10.8z", "follower"],
  preCandidate: ["M8 1.5 14.5 8 8 14.5 1.5 8z", "pre-candidate"],
  candidate: ["M8 2 14.5 13.5H1.5z", "candidate"],
  leader: ["M2.8 2.8h10.4v10.4H2.8z", "leader"],
  down: ["M8 2.6a5.4 5.4 0 1 0 0 10.8a5.4 5.4 0 1 0 0-10.8z", "down"],
};

/** A shape that says its name; where the name stands beside it, it is only a picture. */
export function Shape({ role, named = false }: { role: Shown; named?: boolean }): JSX.Element {
  const [path, name] = SHAPES[role];
  const label = named ? { "aria-hidden": true } as const : { role: "img", "aria-label": name } as const;
  return (
    <svg class={`shape ${role}`} viewBox="0 0 16 16" width="12" height="12" {...label}>
      {named ? null : <title>{name}</title>}
      <path d={path} fill={role === "down" ? "none" : "currentColor"} stroke="currentColor" stroke-width="1" />
    </svg>
  );
}

/** The role of a node as it is shown. */
export function shownRole({ role, running }: NodeView): Shown {
  return running ? role : "down";
}

/** The name of a role. */
export function roleName(role: Shown): string {
  return SHAPES[role][1];
}
