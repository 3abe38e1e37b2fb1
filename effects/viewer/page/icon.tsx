/**
 * The signs on the buttons, drawn: not every machine has them in a font.
 *
 * @module
 */
import type { JSX } from "preact";

const PATHS = {
  first: "M3.5 3v10M12.5 3l-5 5 5 5",
  before: "M8 3 3 8l5 5M13 3 8 8l5 5",
  back: "M10.5 3l-5 5 5 5",
  run: "M5 3l8 5-8 5z",
  pause: "M5.5 3v10M10.5 3v10",
  on: "M5.5 3l5 5-5 5",
  after: "M3 3l5 5-5 5M8 3l5 5-5 5",
  last: "M12.5 3v10M3.5 3l5 5-5 5",
  down: "M8 3v10M4 9l4 4 4-4",
  up: "M8 13V3M4 7l4-4 4 4",
  closer: "M3 8h10M8 3v10",
  further: "M3 8h10",
  theme: "M8 2a6 6 0 0 0 0 12zM8 2a6 6 0 0 1 0 12",
} as const;

/** A sign. */
export function Icon({ name }: { name: keyof typeof PATHS }): JSX.Element {
  const filled = name === "run" || name === "theme";
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill={filled ? "currentColor" : "none"}
        fill-opacity={name === "theme" ? 0.5 : 1}
        stroke="currentColor"
        stroke-width="2"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}
