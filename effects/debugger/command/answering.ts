/**
 * How the debugger's commands fail: with a sentence, an exit code, and one object for programs that ask for it.
 *
 * @module
 */
import type { ExitCode } from "../../commands/judge.ts";
import { BadInput } from "../../etcd/bad_input.ts";
import { type Place, RecordingError } from "../../recording/record.ts";
import { errorLine, type PlacedError } from "../../terminal/error_json.ts";
import type { Output } from "../../terminal/output.ts";

/** What every command takes. */
export interface CommandOptions {
  /** Whether to write one JSON object, and not lines for people. */
  readonly json?: boolean;
}

/** A recording does not come out as it was recorded, so that nothing more can be said about it. */
export class NotAsRecorded extends Error {
  /** The name of the error. */
  override readonly name = "NotAsRecorded";
  /** Where it does not. */
  readonly place: Place | null;

  /** The message is a sentence; `place` is known unless it is about the recordings as a whole. */
  constructor(message: string, place: Place | null = null) {
    super(message);
    this.place = place;
  }
}

/** What was asked for is not in the recordings. */
export class NotFound extends Error {
  /** The name of the error. */
  override readonly name = "NotFound";
}

/**
 * Does some work; 2 and a sentence for input that cannot be used, 1 for a recording that does not come out as recorded, or in
 * which something is not found. With `json`, standard output has an object that says the same.
 */
export async function answering(
  output: Output,
  work: () => Promise<ExitCode>,
  { json = false }: CommandOptions = {},
): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!isExpected(error)) throw error;
    output.err(`error: ${error.message}`);
    if (json) output.out(errorLine(error));
    return error instanceof NotAsRecorded || error instanceof NotFound ? 1 : 2;
  }
}

function isExpected(error: unknown): error is PlacedError {
  return [NotAsRecorded, NotFound, BadInput, RecordingError].some((kind) => error instanceof kind);
}
