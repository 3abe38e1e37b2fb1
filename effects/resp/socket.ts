/**
 * Sockets, as far as a server needs them.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";
import type { Clock } from "../clock/clock.ts";

/** A connection: a part of `Deno.TcpConn`. */
export interface Socket {
  /** Reads what there is, at least one byte; null at the end. */
  read(into: Bytes): Promise<number | null>;
  /** Writes some of the bytes. */
  write(bytes: Bytes): Promise<number>;
  /** Says that nothing more will be written. */
  closeWrite(): Promise<void>;
  /** Closes both directions. */
  close(): void;
}

const LINGER_MS = 500;

/** Writes all of the bytes. */
export async function writeAll(socket: Socket, bytes: Bytes): Promise<void> {
  let written = await socket.write(bytes);
  while (written < bytes.length) written += await socket.write(bytes.subarray(written));
}

/**
 * Ends a connection so that the other side gets what was written last: closing a socket that holds bytes nobody has read
 * would reset the connection, and the reset may overtake the last reply. `close` closes it, and may be called twice.
 */
export async function closeSoftly(socket: Socket, clock: Clock, close: () => void): Promise<void> {
  const cancel = clock.after(LINGER_MS, close);
  try {
    await socket.closeWrite();
    const rest = new Uint8Array(4_096);
    while (await socket.read(rest) !== null);
  } catch {
    // It is gone already, or the time is over.
  } finally {
    cancel();
    close();
  }
}
