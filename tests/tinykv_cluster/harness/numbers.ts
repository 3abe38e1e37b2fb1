/**
 * The numbers of TinyKV's cluster tests.
 *
 * TinyKV ticks every 50 ms, with a heartbeat every 2 ticks and an election timeout of 10 to 19. The shell has a heartbeat
 * every tick, so a tick is 100 ms here: the same election timeout (500 ms and up to as much again) and the same heartbeats,
 * but timeouts are drawn from 5 values and not from 10, so that elections collide more often.
 *
 * @module
 */

/** Milliseconds of the shortest election timeout. */
export const ELECTION_MS = 500;
/** Milliseconds between two heartbeats. */
export const HEARTBEAT_MS = 100;
/** Milliseconds of a round of clients. */
export const ROUND_MS = 5_000;
/** Rounds of a test. */
export const ROUNDS = 3;
/** How probable it is that a message is lost, where the network is unreliable. */
export const LOSS = 101 / 1_000;
/** So many applied entries may be in the log before it is cut, where a test does not say. */
export const GC_LIMIT = 128_000;
/** Milliseconds that a client waits for the answer of a node. */
export const TRY_MS = 1_000;
/** A client gives up after so many tries, but not before `GIVE_UP_MS`. */
export const TRIES = 10;
/** A client does not give up before. */
export const GIVE_UP_MS = 5_000;
/** Milliseconds between two looks into a node's own store. */
export const LOOK_MS = 20;
/** So often a test looks into a node's own store at most. */
export const LOOKS = 300;
