/**
 * Who is connected: CLIENT ID GETNAME SETNAME SETINFO INFO LIST NO-EVICT NO-TOUCH.
 *
 * @module
 */
import type { Bytes } from "../../../core/entry.ts";
import { type Action, answer } from "../action.ts";
import type { Client } from "../client.ts";
import type { Argument, CommandSpec } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { SYNTAX_ERROR } from "../errors.ts";
import type { Request } from "../parser.ts";
import { error, integer, NIL, OK, type Reply, text } from "../reply.ts";
import { asLatin1, isWord } from "../words.ts";
import { token } from "./arguments.ts";
import { container } from "./container.ts";

/** A name has a character that would break a line of `CLIENT LIST`. */
export const WRONG_NAME: Reply = error("ERR Client names cannot contain spaces, newlines or special characters.");

const ON_OR_OFF: Argument = { name: "enabled", type: "oneof", arguments: [token("ON"), token("OFF")] };

/** `CLIENT …`. */
export const CLIENT: CommandSpec = container(
  { name: "client", summary: "Knows who is connected", since: "2.4.0", group: "connection" },
  [
    sub("id", 2, "Returns the number of this connection", [], (_, { client }) => integer(client.id)),
    sub(
      "getname",
      2,
      "Returns the name of this connection",
      [],
      (_, { client }) => client.name === "" ? NIL : text(client.name),
    ),
    sub("setname", 3, "Names this connection", [{ name: "connection-name", type: "string" }], setName),
    sub("setinfo", 4, "Says what library the client uses", [
      {
        name: "attr",
        type: "oneof",
        arguments: [
          { name: "libname", type: "string", token: "LIB-NAME" },
          { name: "libver", type: "string", token: "LIB-VER" },
        ],
      },
    ], setInfo),
    sub(
      "info",
      2,
      "Describes this connection",
      [],
      (_, { server, client }) => text(describe(client, server.clock.now())),
    ),
    sub("list", -2, "Describes every connection", [], listClients),
    sub("no-evict", 3, "Has no effect", [ON_OR_OFF], onOrOff),
    sub("no-touch", 3, "Has no effect", [ON_OR_OFF], onOrOff),
  ],
);

/** Whether `name` may be a client's name: what can be printed, and no spaces. */
export function isClientName(name: Bytes): boolean {
  return name.every((byte) => byte > 0x20 && byte < 0x7f);
}

function setName(request: Request, { client }: CommandContext): Reply {
  if (!isClientName(request[2])) return WRONG_NAME;
  client.name = asLatin1(request[2]);
  return OK;
}

function setInfo(request: Request, { client }: CommandContext): Reply {
  const attribute = request[2];
  if (!isClientName(request[3])) {
    return error(`ERR ${asLatin1(attribute)} cannot contain spaces, newlines or special characters.`);
  }
  if (isWord(attribute, "lib-name")) client.library = asLatin1(request[3]);
  else if (isWord(attribute, "lib-ver")) client.libraryVersion = asLatin1(request[3]);
  else return error(`ERR Unrecognized option '${asLatin1(attribute)}'`);
  return OK;
}

function listClients(request: Request, { server }: CommandContext): Reply {
  if (request.length > 2) return SYNTAX_ERROR;
  const now = server.clock.now();
  return text([...server.clients.values()].map((client) => describe(client, now)).join(""));
}

function onOrOff(request: Request): Reply {
  return isWord(request[2], "on") || isWord(request[2], "off") ? OK : SYNTAX_ERROR;
}

function describe(client: Client, now: number): string {
  const { id, address, name, since, readOnly, lastCommand, library, libraryVersion } = client;
  return `id=${id} addr=${address} name=${name} age=${Math.floor((now - since) / 1000)} flags=${
    readOnly ? "r" : "N"
  } ` +
    `db=0 cmd=${lastCommand} user=default lib-name=${library} lib-ver=${libraryVersion} resp=2\n`;
}

function sub(
  name: string,
  arity: number,
  summary: string,
  args: readonly Argument[],
  reply: (request: Request, context: CommandContext) => Reply,
): CommandSpec {
  return {
    name,
    arity,
    flags: ["noscript", "loading", "stale"],
    summary,
    since: "2.4.0",
    group: "connection",
    complexity: "O(1)",
    arguments: args,
    interpret: (request, context): Action => answer(reply(request, context)),
  };
}
