/**
 * Every command of the server.
 *
 * @module
 */
import { CommandTable } from "./command.ts";
import { CAS } from "./commands/cas.ts";
import { CLIENT } from "./commands/client.ts";
import { commandCommand } from "./commands/command.ts";
import { CONFIG } from "./commands/config.ts";
import * as connection from "./commands/connection.ts";
import * as counters from "./commands/counters.ts";
import { INFO } from "./commands/info.ts";
import * as keys from "./commands/keys.ts";
import { RAFT } from "./commands/raft.ts";
import { ROLE } from "./commands/role.ts";
import { KEYS, SCAN } from "./commands/scan.ts";
import * as strings from "./commands/strings.ts";

/** A table of all of them, which describes itself. */
export function allCommands(): CommandTable {
  const table: CommandTable = new CommandTable([
    ...Object.values(strings),
    ...Object.values(counters),
    CAS,
    ...Object.values(keys),
    ...[SCAN, KEYS],
    ...Object.values(connection),
    ...[CLIENT, CONFIG, INFO, ROLE, RAFT],
    commandCommand(() => table),
  ]);
  return table;
}
