/**
 * The version of this program, which recordings carry.
 *
 * @module
 */

/** As `deno.json` says it. */
export const PROGRAM_VERSION = "0.1.0";
