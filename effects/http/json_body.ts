/**
 * JSON that clients send.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type * as t from "io-ts";
import type { Bytes } from "../../core/entry.ts";
import { badRequest, type Problem, problem } from "./problem.ts";

const DECODER = new TextDecoder("utf-8", { fatal: true });

/** The value that `body` is, if `codec` knows it. */
export function parseBody<A>(body: Bytes, codec: t.Type<A>): Either<Problem, A> {
  let value: unknown;
  try {
    value = JSON.parse(DECODER.decode(body));
  } catch {
    return E.left(badRequest("Cannot read the body: it is no JSON."));
  }
  const decoded = codec.decode(value);
  return E.isRight(decoded) ? decoded : E.left(badRequest(`Cannot use the body: ${complaint(decoded.left[0])}.`));
}

/** What is wrong and where, without the value, which may be long. */
function complaint({ context, message }: t.ValidationError): string {
  // An intersection counts its halves as if they were members: a step that stays with the same value leads nowhere.
  const steps = context.filter(({ actual }, i) => i === 0 || actual !== context[i - 1].actual);
  const place = steps.slice(1).map(({ key }) => key).join(".").slice(0, 100);
  if (message !== undefined) return `${place === "" ? "" : `${place}: `}${message.slice(0, 200)}`;
  return `${place || "it"} is no ${steps[steps.length - 1].type.name}`;
}

/**
 * Whether the request says that it carries JSON; on the left what is wrong. A web page of another origin cannot say so
 * without being asked first (a preflight, which this server answers to nobody), and so cannot change a cluster on this
 * machine behind the back of whoever reads it.
 */
export function requireJson(request: Request): Either<Problem, void> {
  const type = request.headers.get("content-type");
  return type !== null && /^application\/json *(;|$)/i.test(type) ? SAID : E.left(UNSAID);
}

const SAID: Either<Problem, void> = E.right(undefined);
const UNSAID = problem(415, "UnsupportedMediaType", "Cannot use the body: say `Content-Type: application/json`.");
