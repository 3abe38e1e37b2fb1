/**
 * `/raw/{cf}?start=&limit=`: pairs in the order of their keys' bytes.
 *
 * Answers `{"pairs": [{"key", "value"}, …], "next"}`, at most `limit` of them (100 if it is not given), from the key `start`
 * on (the first one if it is not given). `next` is the key to go on with, or null. `encoding` says how keys and values are
 * written, `start` too: `base64` (if it is not given), or `utf8`, which 422 refuses where something is no UTF-8.
 * `consistency` and `timeoutMs` are as for a single value.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Pairs, Scan } from "../kv/query.ts";
import { read, unexpected } from "./ask.ts";
import type { Answer, Call } from "./call.ts";
import { bytesOf, type Encoding, stringOf } from "./encoding.ts";
import type { Problem } from "./problem.ts";
import { choice, type Parameters, parseQuery, positive } from "./query.ts";
import { jsonReply } from "./reply.ts";
import { familyOf, readOptions } from "./request_options.ts";

/** Reads pairs. */
export async function getScan(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["start", "limit", "encoding", "consistency", "timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const encoding = choice(parameters.right, "encoding", ["base64", "utf8"]);
  if (E.isLeft(encoding)) return encoding;
  const scan = scanOf(call, parameters.right, encoding.right);
  if (E.isLeft(scan)) return scan;
  const options = readOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const answer = await read(call, scan.right, options.right);
  if (E.isLeft(answer)) return answer;
  if (answer.right.type !== "Pairs") return unexpected(answer.right);
  const body = scanned(answer.right, encoding.right);
  return E.isLeft(body) ? body : E.right(jsonReply(body.right));
}

const DEFAULT_SCAN = 100;

function scanOf(call: Call, parameters: Parameters, encoding: Encoding): Either<Problem, Scan> {
  const cf = familyOf(call.parts[0]);
  if (E.isLeft(cf)) return cf;
  const start = bytesOf(parameters.get("start") ?? "", encoding);
  if (E.isLeft(start)) return start;
  const { maxScan } = call.service.limits;
  const limit = positive(parameters, "limit", maxScan);
  if (E.isLeft(limit)) return limit;
  const most = limit.right ?? Math.min(DEFAULT_SCAN, maxScan);
  return E.right({ type: "Scan", cf: cf.right, start: start.right, limit: most });
}

interface ScannedPair {
  readonly key: string;
  readonly value: string;
}

interface Scanned {
  readonly pairs: readonly ScannedPair[];
  readonly next: string | null;
}

function scanned(found: Pairs, encoding: Encoding): Either<Problem, Scanned> {
  const pairs: ScannedPair[] = [];
  for (const pair of found.pairs) {
    const key = stringOf(pair.key, encoding);
    if (E.isLeft(key)) return key;
    const value = stringOf(pair.value, encoding);
    if (E.isLeft(value)) return value;
    pairs.push({ key: key.right, value: value.right });
  }
  if (O.isNone(found.next)) return E.right({ pairs, next: null });
  const next = stringOf(found.next.value, encoding);
  return E.isLeft(next) ? next : E.right({ pairs, next: next.right });
}
