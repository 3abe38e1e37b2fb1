/**
 * What a command that failed says to programs.
 *
 * @module
 */

/** An error, and the place in a file if it is about one. */
export interface PlacedError extends Error {
  /** The file, the position in it, and what is counted. */
  readonly place?: { readonly file: string; readonly at: number; readonly unit: string } | null;
}

/** The line for standard output: one object with the member `error`. */
export function errorLine({ message, name, place }: PlacedError): string {
  const { file, at, unit } = place ?? {};
  return JSON.stringify({ error: { kind: name, message, file, at, unit } }); // what is undefined is left out
}
