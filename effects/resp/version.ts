/**
 * Which Redis clients may take this server for.
 *
 * @module
 */

/** The version of Redis whose commands and error messages are followed; some clients look at it. */
export const REDIS_VERSION = "7.0.15";
