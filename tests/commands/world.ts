/**
 * Real RaftKV nodes in this process, on ports of this machine and in folders of their own.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { KvAnswer, KvCommand } from "../../effects/kv/mod.ts";
import { silentLogger } from "../../effects/logging/logger.ts";
import { freeAddresses } from "../../effects/processes/ports.ts";
import { type KvServer, serveKv } from "../../effects/serve/kv_node.ts";
import { type ServeFlags, serveOptions } from "../../effects/serve/options.ts";
import { isGranted } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

/** Bytes of a text. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What is on the right. */
export function right<A>(either: E.Either<unknown, A>): A {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
}

/** Registers a test that has a folder and nodes, which are stopped in the end. */
export function test(name: string, fn: (world: World) => Promise<void>): void {
  const ignore = !isGranted("read", "write", "net", "env");
  Deno.test({
    name,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        const world = new World(folder);
        try {
          await fn(world);
        } finally {
          await world.close();
        }
      }),
  });
}

/** Nodes, and a folder for what they keep. */
export class World {
  readonly folder: string;
  readonly #running = new Set<KvServer>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A path in the folder. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** The first members of a cluster of so many nodes. */
  cluster(size: number): string {
    return freeAddresses(size).map((address, i) => `${i + 1}=${address}`).join(",");
  }

  /** Starts a node; on the left why that was not possible. */
  async tryToStart(
    flags: Partial<ServeFlags> & { readonly id: string; readonly cluster: string },
  ): Promise<E.Either<string, KvServer>> {
    const quick = { electionMs: "200", heartbeatMs: "20", http: "127.0.0.1:0", resp: "127.0.0.1:0" };
    const options = serveOptions({ data: this.path(flags.id), ...quick, ...flags });
    const served = E.isLeft(options) ? options : await serveKv(options.right, silentLogger);
    if (E.isRight(served)) this.#running.add(served.right);
    return served;
  }

  /** Starts a node. */
  async start(flags: Partial<ServeFlags> & { readonly id: string; readonly cluster: string }): Promise<KvServer> {
    return right(await this.tryToStart(flags));
  }

  /** Stops a node. */
  async stop(server: KvServer): Promise<void> {
    this.#running.delete(server);
    await server.close();
  }

  /** Stops all nodes. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((server) => server.close()));
  }
}

/** The node that leads, as soon as one does. */
export function leaderOf(servers: readonly KvServer[]): Promise<KvServer> {
  const found = Promise.any(servers.map(async (server) => {
    if (server.node.status().role === "leader") return server;
    for await (const event of server.node.events()) {
      if (event.type === "RoleChanged" && event.to === "leader") return server;
    }
    throw new Error("It has stopped.");
  }));
  return found;
}

/** Sets a key. */
export function set(key: string, value: string): KvCommand {
  return { type: "Set", cf: "default", key: bytes(key), value: bytes(value), condition: "always", returnOld: false };
}

/** Writes so many keys. */
export async function write({ node }: KvServer, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  for (const outcome of await Promise.all(numbers.map((i) => node.propose(set(`key-${i}`, `value-${i}`))))) {
    right(outcome);
  }
}

/** The values of so many keys. */
export async function read({ node }: KvServer, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, i) => bytes(`key-${i}`));
  return valuesIn(right(await node.read({ type: "Get", cf: "default", keys })));
}

function valuesIn(answer: KvAnswer): readonly string[] {
  if (answer.type !== "Values") throw new Error(`These are no values: ${answer.type}`);
  return answer.values.map((value) => O.isSome(value) ? new TextDecoder().decode(value.value) : "nothing");
}

/** What `read` returns when all of them are there. */
export function values(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `value-${i}`);
}

/** Where a node listens for HTTP clients. */
export function httpOf({ http }: KvServer): string {
  if (O.isNone(http)) throw new Error("It does not listen for HTTP clients.");
  return http.value;
}
