/**
 * Commands and replies as JSON: the easy codec. An io-ts type says what they look like.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type * as t from "io-ts";
import { PathReporter } from "io-ts/PathReporter";
import type { Codec } from "./state_machine.ts";

/**
 * The codec of the values that `type` describes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as E from "fp-ts/Either";
 * import * as t from "io-ts";
 * import { jsonCodec } from "./json_codec.ts";
 *
 * const codec = jsonCodec(t.type({ add: t.number }));
 * assertEquals(codec.decode(codec.encode({ add: 1 })), E.right({ add: 1 }));
 * ```
 */
export function jsonCodec<A>(type: t.Type<A, unknown>): Codec<A> {
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder("utf-8", { fatal: true })];
  return {
    encode: (value) => encoder.encode(JSON.stringify(type.encode(value))),
    decode(bytes) {
      const parsed = E.tryCatch(() => JSON.parse(decoder.decode(bytes)), String);
      if (E.isLeft(parsed)) return parsed;
      const decoded = type.decode(parsed.right);
      return E.isRight(decoded) ? decoded : E.left(PathReporter.report(decoded).join("; "));
    },
  };
}
