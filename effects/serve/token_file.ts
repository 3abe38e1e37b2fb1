/**
 * A secret in a file, read again when the file changes.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../logging/logger.ts";

/** How often it is looked whether the file has changed, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * The secret in the first line of the file at `path`. Where the file cannot be read any more, the last secret stays; an
 * empty one opens nothing. Throws if it cannot be read in the first place.
 */
export function tokenFile(path: string, clock: Clock, logger: Logger): () => Option<string> {
  let secret = read(path);
  let modified = Deno.statSync(path).mtime?.getTime() ?? 0;
  let looked = clock.now();
  return () => {
    if (clock.now() - looked < LOOK_MS) return O.some(secret);
    looked = clock.now();
    try {
      const now = Deno.statSync(path).mtime?.getTime() ?? 0;
      if (now !== modified) {
        secret = read(path);
        modified = now;
        logger.log("info", "The token was read again");
      }
    } catch (error) {
      logger.log("warn", "The token file cannot be read; the last token stays", { error: String(error) });
    }
    return O.some(secret);
  };
}

function read(path: string): string {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    throw new Error(`Cannot read the token file ${path}: ${error instanceof Error ? error.message : error}`);
  }
  const secret = text.split("\n")[0].trim();
  if (secret === "") throw new Error(`Cannot use the token file ${path}: its first line is empty.`);
  return secret;
}
