/**
 * The connection itself: PING ECHO AUTH HELLO SELECT READONLY READWRITE RESET QUIT.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import { answer } from "../action.ts";
import type { Argument, CommandSpec } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { NOT_AN_INTEGER, SYNTAX_ERROR, wrongArity } from "../errors.ts";
import { parseSafe } from "../integer.ts";
import type { Request } from "../parser.ts";
import { isPassword } from "../password.ts";
import { bulk, error, integer, line, list, OK, type Reply, text } from "../reply.ts";
import { REDIS_VERSION } from "../version.ts";
import { asLatin1, isWord } from "../words.ts";
import { isClientName, WRONG_NAME } from "./client.ts";

const PONG = line("PONG");
const WRONG_PASSWORD = error("WRONGPASS invalid username-password pair or user is disabled.");
const NO_PASSWORD = error(
  "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
);
const NO_PROTOCOL = error("NOPROTO unsupported protocol version");
const NOT_A_PROTOCOL = error("ERR Protocol version is not an integer or out of range");
const HELLO_NEEDS_AUTH = error(
  "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> " +
    "option can be used to authenticate the client and select the RESP protocol version at the same time",
);
const NO_SUCH_DATABASE = error("ERR DB index is out of range");
const FLAGS = ["noscript", "loading", "stale", "fast"];
const BEFORE_AUTH = [...FLAGS, "no_auth"];
const USERNAME: Argument = { name: "username", type: "string" };
const PASSWORD: Argument = { name: "password", type: "string" };

/** `PING [message]`. */
export const PING: CommandSpec = connectionCommand("ping", -1, "Answers", {
  since: "1.0.0",
  flags: ["fast"],
  arguments: [{ name: "message", type: "string", optional: true }],
  interpret(request) {
    if (request.length > 2) return answer(wrongArity("ping"));
    return answer(request.length === 2 ? bulk(request[1]) : PONG);
  },
});

/** `ECHO message`. */
export const ECHO: CommandSpec = connectionCommand("echo", 2, "Returns the message", {
  since: "1.0.0",
  flags: ["fast"],
  arguments: [{ name: "message", type: "string" }],
  interpret: (request) => answer(bulk(request[1])),
});

/** `AUTH [username] password`; the only user is `default`. */
export const AUTH: CommandSpec = connectionCommand("auth", -2, "Gives the password", {
  since: "1.0.0",
  flags: BEFORE_AUTH,
  arguments: [{ ...USERNAME, optional: true }, PASSWORD],
  interpret(request, context) {
    if (request.length > 3) return answer(SYNTAX_ERROR);
    if (request.length === 2 && O.isNone(context.server.password())) return answer(NO_PASSWORD);
    return answer(
      authenticate(request.length === 3 ? O.some(request[1]) : O.none, request[request.length - 1], context),
    );
  },
});

/** `HELLO [2 [AUTH username password] [SETNAME name]]`; RESP3 is not spoken. */
export const HELLO: CommandSpec = connectionCommand("hello", -1, "Agrees on the protocol, which is RESP2", {
  since: "6.0.0",
  flags: BEFORE_AUTH,
  arguments: [
    { name: "protover", type: "integer", optional: true },
    { name: "auth", type: "block", token: "AUTH", optional: true, arguments: [USERNAME, PASSWORD] },
    { name: "clientname", type: "string", token: "SETNAME", optional: true },
  ],
  interpret: (request, context) => answer(hello(request, context)),
});

/** `SELECT 0`. */
export const SELECT: CommandSpec = connectionCommand("select", 2, "Chooses the database, of which there is one", {
  since: "1.0.0",
  flags: ["loading", "stale", "fast"],
  arguments: [{ name: "index", type: "integer" }],
  interpret(request) {
    const index = parseSafe(request[1], 0, request[1].length);
    return answer(Number.isNaN(index) ? NOT_AN_INTEGER : index === 0 ? OK : NO_SUCH_DATABASE);
  },
});

/** `READONLY`: from now on, reads are answered by this node at once, from what it has applied. */
export const READONLY: CommandSpec = connectionCommand("readonly", 1, "Allows stale reads on this connection", {
  since: "3.0.0",
  flags: ["loading", "stale", "fast"],
  interpret(_, { client }) {
    client.readOnly = true;
    return answer(OK);
  },
});

/** `READWRITE`: from now on, reads are linearizable. */
export const READWRITE: CommandSpec = connectionCommand("readwrite", 1, "Makes reads linearizable on this connection", {
  since: "3.0.0",
  flags: ["loading", "stale", "fast"],
  interpret(_, { client }) {
    client.readOnly = false;
    return answer(OK);
  },
});

/** `RESET`. */
export const RESET: CommandSpec = connectionCommand("reset", 1, "Makes the connection what it was when it began", {
  since: "6.2.0",
  flags: BEFORE_AUTH,
  interpret(_, { server, client }) {
    client.authenticated = O.isNone(server.password());
    client.readOnly = server.readOnlyDefault;
    client.name = "";
    return answer(line("RESET"));
  },
});

/** `QUIT`. */
export const QUIT: CommandSpec = connectionCommand("quit", -1, "Ends the connection", {
  since: "1.0.0",
  flags: BEFORE_AUTH,
  interpret: () => ({ type: "Goodbye", reply: O.some(OK) }),
});

function hello(request: Request, context: CommandContext): Reply {
  const { server, client } = context;
  if (request.length > 1) {
    const version = parseSafe(request[1], 0, request[1].length);
    if (Number.isNaN(version)) return NOT_A_PROTOCOL;
    if (version !== 2) return NO_PROTOCOL;
  }
  let name: Bytes | undefined;
  for (let i = 2; i < request.length; i++) {
    const left = request.length - 1 - i;
    if (isWord(request[i], "auth") && left >= 2) {
      const reply = authenticate(O.some(request[i + 1]), request[i + 2], context);
      if (reply !== OK) return reply;
      i += 2;
    } else if (isWord(request[i], "setname") && left >= 1) {
      name = request[++i];
      if (!isClientName(name)) return WRONG_NAME;
    } else return error(`ERR Syntax error in HELLO option '${asLatin1(request[i])}'`);
  }
  if (!client.authenticated) return HELLO_NEEDS_AUTH;
  if (name !== undefined) client.name = asLatin1(name);
  return list([
    ...[text("server"), text("redis"), text("version"), text(REDIS_VERSION), text("proto"), integer(2)],
    ...[text("id"), integer(client.id), text("mode"), text("standalone")],
    ...[text("role"), text(server.node.status().role === "leader" ? "master" : "replica")],
    ...[text("modules"), list([])],
  ]);
}

/** Where no password is set, anybody is the default user with whatever password, as in Redis. */
function authenticate(username: O.Option<Bytes>, given: Bytes, { server, client }: CommandContext): Reply {
  const password = server.password();
  const isUser = O.isNone(username) || asLatin1(username.value) === "default";
  const isRight = O.isNone(password) || isPassword(given, password.value);
  if (isUser && isRight) {
    client.authenticated = true;
    return OK;
  }
  server.counters.authenticationFailures++;
  server.logger.log("warn", "A client has given a wrong password.", { client: client.address });
  return WRONG_PASSWORD;
}

function connectionCommand(
  name: string,
  arity: number,
  summary: string,
  rest: Pick<CommandSpec, "since" | "flags" | "arguments" | "interpret">,
): CommandSpec {
  return { name, arity, summary, group: "connection", complexity: "O(1)", ...rest };
}
