/**
 * The browser of this machine.
 *
 * @module
 */

/** Whether there is a screen on which a browser could show something. */
export function hasDisplay(): boolean {
  if (Deno.build.os === "darwin" || Deno.build.os === "windows") return true;
  return ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (Deno.env.get(name) ?? "") !== "");
}

/** Opens `url`; false if there is nothing to open it with. */
export async function openBrowser(url: string): Promise<boolean> {
  const [program, ...args] = opener(url);
  try {
    const { success } = await new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    return false;
  }
}

function opener(url: string): readonly string[] {
  switch (Deno.build.os) {
    case "darwin":
      return ["open", url];
    case "windows":
      return ["cmd", "/c", "start", "", url];
    default:
      return ["xdg-open", url];
  }
}
