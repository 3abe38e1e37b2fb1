/**
 * Tests that need a permission. `deno task test` grants them all; a bare `deno test` grants none, and lists such tests as
 * ignored.
 *
 * @module
 */

/** What a test may need. */
export type Permission = "read" | "write" | "run" | "env" | "net";

/** Whether this run grants all of `needs`. */
export function isGranted(...needs: readonly Permission[]): boolean {
  return needs.every((name) => Deno.permissions.querySync({ name }).state === "granted");
}

/** A function that registers tests which need `needs`. */
export function testsThatNeed(
  ...needs: readonly Permission[]
): (name: string, fn: () => void | Promise<void>) => void {
  const ignore = !isGranted(...needs);
  return (name, fn) => Deno.test({ name, ignore, fn });
}
