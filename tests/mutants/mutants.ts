/**
 * All mutants.
 *
 * @module
 */
import { CLIENTS } from "./list/clients.ts";
import { DURABILITY } from "./list/durability.ts";
import { ELECTIONS } from "./list/elections.ts";
import { LEADERSHIP } from "./list/leadership.ts";
import { REPLICATION } from "./list/replication.ts";
import type { Mutant } from "./mutant.ts";

/** The mutants, in the order of the table. */
export const MUTANTS: readonly Mutant[] = [
  ...ELECTIONS,
  ...REPLICATION,
  ...LEADERSHIP,
  ...DURABILITY,
  ...CLIENTS,
];
