/**
 * Brings what a socket reads to its connection.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Logger } from "../logging/logger.ts";
import type { Connection } from "./connection.ts";
import type { Socket } from "./socket.ts";

/** Feeds `connection` with what `socket` reads until one of them ends. It does not reject. */
export async function pump(socket: Pick<Socket, "read">, connection: Connection, log: Logger): Promise<void> {
  let reason = "the peer closed the connection";
  try {
    while (!connection.closed) {
      const chunk = await socket.read();
      if (O.isNone(chunk)) break;
      feed(connection, chunk.value, log);
    }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  connection.finish(reason);
}

// The connection does not throw, but whoever takes what arrives might.
function feed(connection: Connection, chunk: Uint8Array, log: Logger): void {
  try {
    connection.feed(chunk);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.log("error", "What arrived on a connection could not be taken.", { reason });
    connection.close(reason);
  }
}
