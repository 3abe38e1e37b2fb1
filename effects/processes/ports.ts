/**
 * Ports for processes that have to know of each other before they run.
 *
 * @module
 */
import type { Address } from "../storage/storage.ts";

/** Below those that systems give away by themselves, so that nobody gets one while its process is down. */
const FIRST = 10_000;
const COUNT = 20_000;

/** So many addresses on this machine at which nobody listens now. Another program may take one before it is used. */
export function freeAddresses(count: number): readonly Address[] {
  // All of them are held until the last one is found, so that no port comes twice.
  const listeners: Deno.TcpListener[] = [];
  while (listeners.length < count) listeners.push(...listenedAt(FIRST + anyPort() % COUNT));
  const addresses = listeners.map(({ addr }) => `127.0.0.1:${addr.port}`);
  for (const listener of listeners) listener.close();
  return addresses;
}

/** A listener at `port`; none if there is one already. */
function listenedAt(port: number): readonly Deno.TcpListener[] {
  try {
    return [Deno.listen({ hostname: "127.0.0.1", port })];
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return [];
    throw error;
  }
}

/** One that the system gives away: another one each time. */
function anyPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
