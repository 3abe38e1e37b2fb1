/**
 * Programs that may be on this machine or not.
 *
 * @module
 */

/** The first of `names` that can be run, if any can. */
export async function find(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    try {
      const { success } = await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" })
        .output();
      if (success) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** What the program prints. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`Cannot run ${program}: ${text(stderr)}`);
  return text(stdout);
}
