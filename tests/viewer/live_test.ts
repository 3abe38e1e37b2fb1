/** The page for a cluster that runs: it follows what the nodes do, and goes on when they are started again. */
import { assert, assertEquals } from "@std/assert";
import { freeAddresses } from "../../effects/processes/ports.ts";
import { inFolder } from "../processes/fake.ts";
import { testInBrowser } from "./browser.ts";

const CLI = decodeURIComponent(new URL("../../effects/cli.ts", import.meta.url).pathname);

/** What `start --json` says. */
interface Started {
  readonly viewer: string;
  readonly nodes: readonly { readonly http: string }[];
}

/** `start` in a group of processes of its own, as a terminal has it. */
class Cluster {
  readonly #child: Deno.ChildProcess;

  constructor(data: string, port: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-check", CLI, "start", "--data", data, "--port", `${port}`, "--json"],
      ...{ stdin: "null", stdout: "piped", stderr: "null", detached: true },
    }).spawn();
  }

  /** A cluster at ports that nobody has, or any from `port` on; it needs several in a row. */
  static async start(data: string, port?: number): Promise<readonly [Cluster, Started, number]> {
    for (let tries = 0; tries < 10; tries++) {
      const first = port ?? Number(freeAddresses(1)[0].split(":")[1]);
      const cluster = new Cluster(data, first);
      const started = await cluster.#ready();
      if (started !== null) return [cluster, started, first];
      await cluster.#child.status;
    }
    throw new Error("No cluster has started.");
  }

  /** What it says when it runs; null if it does not. */
  async #ready(): Promise<Started | null> {
    let text = "";
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes("\n")) return JSON.parse(text);
    }
    return null;
  }

  /** Ends all processes of the group at once. */
  async kill(): Promise<void> {
    Deno.kill(-this.#child.pid, "SIGKILL");
    await this.#child.status;
  }
}

/** Writes a key, again until there is a leader. */
async function write({ nodes }: Started, key: string): Promise<void> {
  for (;;) {
    const response = await fetch(`http://${nodes[0].http}/raw/default/${key}`, { method: "PUT", body: "value" });
    await response.body?.cancel();
    if (response.ok) return;
  }
}

testInBrowser(
  "the page shows a write when it is committed, and goes on when the nodes are started again",
  (page) =>
    inFolder(async (folder) => {
      const [first, started, port] = await Cluster.start(folder);
      let second: Cluster | null = null;
      try {
        await page.goto(started.viewer);
        await page.getByRole("banner").getByText(/3 nodes, live$/).waitFor();
        assert(await page.getByRole("checkbox", { name: "follow" }).isChecked());
        await write(started, "one");
        // The first entry of a leader is empty; the write is the second one.
        await page.locator(".logs td.committed[title^='2 of term']").first().waitFor();
        // What is under way at the end is not lost.
        assertEquals(await page.locator(".told b.bad").count(), 0);

        await page.getByRole("button", { name: "First step" }).click();
        await page.getByRole("heading", { name: "Before the first step" }).waitFor();
        assertEquals(
          await page.getByRole("checkbox", { name: "follow" }).isChecked(),
          false,
          "who looks back, stays there",
        );
        await first.kill();
        await page.getByRole("status").getByText("The cluster does not answer.").waitFor();
        let again: Started;
        [second, again] = await Cluster.start(folder, port);
        assertEquals(again.viewer, started.viewer);
        await write(again, "two");
        await page.getByRole("status").waitFor({ state: "detached" });
        await page.getByRole("checkbox", { name: "follow" }).check();
        await page.getByRole("heading", { name: /^Step .*: node \d.*of run [2-9]/ }).waitFor();
      } finally {
        await (second ?? first).kill();
      }
    }),
);
