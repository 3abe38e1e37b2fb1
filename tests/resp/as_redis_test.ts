/**
 * Replies in Redis' form: this server's, and, where it is installed, those of Redis itself.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { testsThatNeed } from "../permissions.ts";
import { AS_REDIS, type Scenario } from "./as_redis.ts";
import { isInstalled, startRedis } from "./real_clients.ts";
import { Talk } from "./talk.ts";

for (const scenario of AS_REDIS) {
  Deno.test(`RESP: ${scenario.name}: as Redis answers`, async () => {
    const talk = new Talk();
    await assertAsRedis(scenario, (line) => talk.ask(line));
  });
}

testsThatNeed("run", "net", "read", "write")(
  "RESP: Redis itself answers as it is said to, where it is installed",
  async () => {
    if (!await isInstalled("redis-server")) {
      return console.warn(
        "redis-server is not installed: nothing is compared with it",
      );
    }
    const redis = await startRedis();
    try {
      for (const scenario of AS_REDIS) {
        await redis.ask("FLUSHALL");
        await redis.reconnect();
        await assertAsRedis(scenario, (line) => redis.ask(line));
      }
    } finally {
      await redis.stop();
    }
  },
);

async function assertAsRedis({ steps }: Scenario, ask: (line: string) => Promise<string>): Promise<void> {
  for (const [line, reply] of steps) assertEquals(await ask(line), `${reply.replaceAll("\n", "\r\n")}\r\n`, line);
}
