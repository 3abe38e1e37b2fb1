/**
 * `/kv/{key}`: one value of the family `default`, as a string in JSON. `PUT {"value": "…"}` answers 204, `GET`
 * `{"value": "…"}` or 404, `DELETE` `{"deleted": true}` or false. Options are as for `/raw`.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as t from "io-ts";
import { exactly } from "../etcd/json.ts";
import type { Answer, Call } from "./call.ts";
import { bytesOf, stringOf } from "./encoding.ts";
import { parseBody } from "./json_body.ts";
import type { Problem } from "./problem.ts";
import { parseQuery } from "./query.ts";
import { emptyReply, jsonReply } from "./reply.ts";
import { readOptions, writeOptions } from "./request_options.ts";
import { type Place, readValue, removeValue, storeValue } from "./values.ts";

/** What is stored. */
interface ValueBody {
  readonly value: string;
}

const ValueBody: t.Type<ValueBody> = exactly("Value", { value: t.string });
const ENCODER = new TextEncoder();

/** Reads a value. */
export async function getKv(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["consistency", "timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const place = placeOf(call);
  if (E.isLeft(place)) return place;
  const options = readOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const bytes = await readValue(call, place.right, options.right);
  if (E.isLeft(bytes)) return bytes;
  const value = stringOf(bytes.right, "utf8");
  return E.isLeft(value) ? value : E.right(jsonReply({ value: value.right }));
}

/** Stores a value. */
export async function putKv(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const place = placeOf(call);
  if (E.isLeft(place)) return place;
  const options = writeOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const { intake, limits } = call.service;
  return await intake.withBody(call.request, limits.maxBodySize, async (body): Promise<Answer> => {
    const parsed = parseBody(body, ValueBody);
    if (E.isLeft(parsed)) return parsed;
    const value = ENCODER.encode(parsed.right.value);
    const stored = await storeValue(call, { ...place.right, value, condition: "always" }, options.right);
    return E.isLeft(stored) ? stored : E.right(emptyReply());
  });
}

/** Removes a value. */
export async function deleteKv(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const place = placeOf(call);
  if (E.isLeft(place)) return place;
  const options = writeOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  const deleted = await removeValue(call, place.right, options.right);
  return E.isLeft(deleted) ? deleted : E.right(jsonReply({ deleted: deleted.right }));
}

function placeOf({ parts }: Call): Either<Problem, Place> {
  const key = bytesOf(parts[0], "utf8");
  return E.isLeft(key) ? key : E.right({ cf: "default", key: key.right });
}
