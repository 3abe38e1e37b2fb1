/**
 * The colours of the page, as its style sheet defines them for light and dark. Roles and fates are told apart without
 * colours too: by shape, and by the dashes of a line.
 *
 * @module
 */

/** Colours for drawing. */
export interface Palette {
  /** What things are drawn on. */
  readonly paper: string;
  /** Text. */
  readonly ink: string;
  /** What matters less. */
  readonly faint: string;
  /** Lines that only divide. */
  readonly rule: string;
  /** By role: follower, pre-candidate, candidate, leader. */
  readonly roles: readonly [string, string, string, string];
  /** What is lost, or wrong. */
  readonly bad: string;
  /** What is late. */
  readonly late: string;
  /** What is committed. */
  readonly commit: string;
  /** What is selected. */
  readonly mark: string;
}

/** The colours that hold now. To ask for them takes a while: who draws keeps them. */
export function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: of("paper"),
    ink: of("ink"),
    faint: of("faint"),
    rule: of("rule"),
    roles: [of("follower"), of("pre-candidate"), of("candidate"), of("leader")],
    bad: of("bad"),
    late: of("late"),
    commit: of("commit"),
    mark: of("mark"),
  };
}
