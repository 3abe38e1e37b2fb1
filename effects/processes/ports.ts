/**
 * Ports for processes that have to know of each other before they run.
 *
 * @module
 */
import type { Address } from "../storage/storage.ts";

/** So many addresses on this machine at which nobody listens now. Another program may take one before it is used. */
export function freeAddresses(count: number): readonly Address[] {
  // All of them are held until the last one is found, so that no port comes twice.
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const addresses = listeners.map(({ addr }) => `127.0.0.1:${addr.port}`);
  for (const listener of listeners) listener.close();
  return addresses;
}
