/**
 * What is remembered for the length of one run: the bytes that were decoded and the tickets that were given out.
 *
 * @module
 */
import { type Bytes, NO_BYTES, type Ticket } from "../../core/mod.ts";

/** Decodes each base64 string of a run once, so that equal bytes are mostly the same object; gives out tickets. */
export class RunMemory {
  readonly #bytes = new Map<string, Bytes>();
  readonly #contexts: string[] = [];

  /** The bytes of `base64`; absent is empty. */
  bytes(base64: string | undefined): Bytes {
    if (base64 === undefined || base64 === "") return NO_BYTES;
    let bytes = this.#bytes.get(base64);
    if (bytes === undefined) {
      bytes = Uint8Array.fromBase64(base64);
      this.#bytes.set(base64, bytes);
    }
    return bytes;
  }

  /** A new ticket, for a request with this `context`. */
  ticket(context: string = ""): Ticket {
    return this.#contexts.push(context) - 1;
  }

  /** The context of the request that has `ticket`. */
  contextOf(ticket: Ticket): string | undefined {
    return this.#contexts[ticket];
  }
}
