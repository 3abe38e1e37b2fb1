/**
 * All keys, piece by piece or at once: SCAN KEYS.
 *
 * A scan goes through the keys in the order of their bytes, and a cursor stands for the key where it goes on. So a full
 * scan returns every key that exists from its beginning to its end, once; keys that come or go meanwhile may be missing or
 * not. Each piece is as of an instant of its own. Cursors are numbers of the node that gave them, which remembers the
 * newest few thousand, and until it stops; any other is an error, and the scan has to begin again with 0.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Bytes } from "../../../core/entry.ts";
import type { Pair } from "../../kv/command.ts";
import type { KvAnswer } from "../../kv/query.ts";
import { type Action, answer } from "../action.ts";
import type { CommandSpec } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { NOT_AN_INTEGER, proposeError, SYNTAX_ERROR } from "../errors.ts";
import { literalPrefix, matchesGlob } from "../glob.ts";
import { parseInt64, parseSafe } from "../integer.ts";
import type { Request } from "../parser.ts";
import { bulk, error, list, type Reply, text } from "../reply.ts";
import { isWord } from "../words.ts";
import { UNEXPECTED } from "./replies.ts";

const DEFAULT_COUNT = 10;
const PAGE = 1_000; // keys that KEYS reads at once
const MATCH_ALL = Uint8Array.of(0x2a);
const INVALID_CURSOR = error("ERR invalid cursor");
const UNKNOWN_CURSOR = error("ERR unknown cursor: go on at the node that gave it, or begin again with 0");
const NOTHING_LEFT = list([text("0"), list([])]);

/** `SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]`. */
export const SCAN: CommandSpec = {
  name: "scan",
  arity: -2,
  flags: ["readonly"],
  summary: "Returns some keys, in their order, and a cursor for the next ones",
  since: "2.8.0",
  group: "generic",
  complexity: "O(1) for each call",
  arguments: [
    { name: "cursor", type: "integer" },
    { name: "pattern", type: "pattern", token: "MATCH", optional: true },
    { name: "count", type: "integer", token: "COUNT", optional: true },
    { name: "type", type: "string", token: "TYPE", optional: true },
  ],
  interpret: scan,
};

/** `KEYS pattern`. */
export const KEYS: CommandSpec = {
  name: "keys",
  arity: 2,
  flags: ["readonly"],
  summary: "Returns all keys that match; refused where there are too many",
  since: "1.0.0",
  group: "generic",
  complexity: "O(N)",
  arguments: [{ name: "pattern", type: "pattern" }],
  interpret: (request, context) => ({ type: "Work", run: () => allKeys(request[1], context) }),
};

/** What a `SCAN` asks for. */
interface ScanOptions {
  readonly pattern: Bytes;
  readonly count: number;
  /** Whether keys of strings are wanted: there are no others. */
  readonly strings: boolean;
}

function scan(request: Request, context: CommandContext): Action {
  const { cursors, limits } = context.server;
  const cursor = parseSafe(request[1], 0, request[1].length);
  if (Number.isNaN(cursor) && O.isNone(parseInt64(request[1])) || cursor < 0) return answer(INVALID_CURSOR);
  const options = scanOptions(request);
  if (E.isLeft(options)) return answer(options.left);
  const { pattern, count, strings } = options.right;
  const prefix = literalPrefix(pattern);
  const start = cursor === 0 ? O.some(prefix) : cursors.find(cursor);
  if (O.isNone(start)) return answer(UNKNOWN_CURSOR);
  if (!strings) return answer(NOTHING_LEFT);
  return {
    type: "Ask",
    query: { type: "Scan", cf: "default", start: start.value, limit: Math.min(count, limits.maxScanCount) },
    stale: context.client.readOnly,
    reply(found: KvAnswer): Reply {
      if (found.type !== "Pairs") return UNEXPECTED;
      const isLast = O.isNone(found.next) || !startsWith(found.next.value, prefix);
      const next = isLast || O.isNone(found.next) ? 0 : cursors.create(found.next.value);
      return list([text(String(next)), list(matching(found.pairs, pattern))]);
    },
  };
}

function scanOptions(request: Request): E.Either<Reply, ScanOptions> {
  let pattern: Bytes = MATCH_ALL;
  let count = DEFAULT_COUNT;
  let strings = true;
  for (let i = 2; i < request.length; i += 2) {
    const word = request[i];
    if (i + 1 >= request.length) return E.left(SYNTAX_ERROR);
    const value = request[i + 1];
    if (isWord(word, "count")) {
      count = parseSafe(value, 0, value.length);
      if (Number.isNaN(count)) return E.left(NOT_AN_INTEGER);
      if (count < 1) return E.left(SYNTAX_ERROR);
    } else if (isWord(word, "match")) pattern = value;
    else if (isWord(word, "type")) strings = isWord(value, "string");
    else return E.left(SYNTAX_ERROR);
  }
  return E.right({ pattern, count, strings });
}

/** Reads page after page, so that nothing else waits for long. */
async function allKeys(pattern: Bytes, { server, client }: CommandContext): Promise<Reply> {
  const consistency = client.readOnly ? "stale" : "linearizable";
  const prefix = literalPrefix(pattern);
  const keys: Reply[] = [];
  for (let start = O.some(prefix); O.isSome(start) && startsWith(start.value, prefix);) {
    const page = await server.node.read({ type: "Scan", cf: "default", start: start.value, limit: PAGE }, {
      consistency,
    });
    if (E.isLeft(page)) return proposeError(page.left, false, server.clientAddress);
    if (page.right.type !== "Pairs") return UNEXPECTED;
    keys.push(...matching(page.right.pairs, pattern));
    if (keys.length > server.limits.maxKeys) {
      return error(`ERR more than ${server.limits.maxKeys} keys match: use SCAN`);
    }
    start = O.isSome(page.right.next) ? O.some(page.right.next.value) : O.none;
  }
  return list(keys);
}

function matching(pairs: readonly Pair[], pattern: Bytes): Reply[] {
  return pairs.filter(({ key }) => matchesGlob(pattern, key)).map(({ key }) => bulk(key));
}

function startsWith(key: Bytes, prefix: Bytes): boolean {
  if (key.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (key[i] !== prefix[i]) return false;
  return true;
}
