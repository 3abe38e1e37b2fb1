/**
 * Faults of our own, put into the shell: the simulator or the model checker finds each of them.
 *
 * @module
 */
import { registerTests } from "./register.ts";

registerTests("shell");
