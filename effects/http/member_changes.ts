/**
 * Changes of the membership and of the leadership.
 *
 * - `POST /members {"add": {"4": "host:port"}, "learners": {…}, "promote": [4], "remove": [2]}`, each part as needed, says
 *   what is to be true afterwards, and answers with the new configuration when all of it is done.
 * - `DELETE /members/{id}` removes one node.
 * - `POST /transfer {"to": 2}`, or `{}` for the member that is furthest, answers `{"leader": 2}` when it leads.
 *
 * All take `?timeoutMs=`; if it is over, the change may go on. Both `POST`s need `Content-Type: application/json`.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as t from "io-ts";
import type { ConfigurationIds } from "../../core/configuration.ts";
import type { NodeId } from "../../core/entry.ts";
import { exactly } from "../etcd/json.ts";
import type { MemberChanges, RequestOptions } from "../node/raft_node.ts";
import type { Address } from "../storage/storage.ts";
import { parseAddress } from "../transport/address.ts";
import { ask } from "./ask.ts";
import type { Answer, Call } from "./call.ts";
import { parseBody, requireJson } from "./json_body.ts";
import { MAX_JSON_SIZE } from "./limits.ts";
import { badRequest, type Problem } from "./problem.ts";
import { parseQuery } from "./query.ts";
import { jsonReply } from "./reply.ts";
import { writeOptions } from "./request_options.ts";

/** Nodes and their addresses, as JSON has them. */
type AddressesBody = Readonly<Record<string, Address>>;

interface ChangesBody {
  readonly add?: AddressesBody;
  readonly learners?: AddressesBody;
  readonly promote?: readonly NodeId[];
  readonly remove?: readonly NodeId[];
}

interface TransferBody {
  readonly to?: NodeId;
}

/** Changes the membership. */
export async function postMembers(call: Call): Promise<Answer> {
  return await withJson(call, ChangesBody, (body, options) => {
    const changes = changesOf(body);
    return isEmpty(changes) ? Promise.resolve(E.left(NO_CHANGE)) : change(call, changes, options);
  });
}

/** Removes a member. */
export async function deleteMember(call: Call): Promise<Answer> {
  const options = optionsOf(call);
  if (E.isLeft(options)) return options;
  const id = parseId(call.parts[0]);
  if (id === undefined) return E.left(badRequest("Cannot use the id in the URL: it is a whole number above 0."));
  return await change(call, { remove: [id] }, options.right);
}

/** Hands the leadership over. */
export async function postTransfer(call: Call): Promise<Answer> {
  return await withJson(call, TransferBody, async ({ to }, options): Promise<Answer> => {
    const leader = await ask(call, "write", (node) => node.transferLeadership(to, options));
    return E.isLeft(leader) ? leader : E.right(jsonReply({ leader: leader.right }));
  });
}

async function change(call: Call, changes: MemberChanges, options: RequestOptions): Promise<Answer> {
  const configuration: Either<Problem, ConfigurationIds> = await ask(
    call,
    "write",
    (node) => node.changeMembers(changes, options),
  );
  return E.isLeft(configuration) ? configuration : E.right(jsonReply({ configuration: configuration.right }));
}

async function withJson<A>(
  call: Call,
  codec: t.Type<A>,
  use: (body: A, options: RequestOptions) => Promise<Answer>,
): Promise<Answer> {
  const options = optionsOf(call);
  if (E.isLeft(options)) return options;
  const json = requireJson(call.request);
  if (E.isLeft(json)) return json;
  return await call.service.intake.withBody(call.request, MAX_JSON_SIZE, async (bytes): Promise<Answer> => {
    const body = parseBody(bytes, codec);
    return E.isLeft(body) ? body : await use(body.right, options.right);
  });
}

function optionsOf(call: Call): Either<Problem, RequestOptions> {
  const parameters = parseQuery(call.query, ["timeoutMs"]);
  return E.isLeft(parameters) ? parameters : writeOptions(call, parameters.right);
}

function changesOf({ add = {}, learners = {}, promote = [], remove = [] }: ChangesBody): MemberChanges {
  return { add: addressesOf(add), learners: addressesOf(learners), promote, remove };
}

function isEmpty({ add, learners, promote, remove }: MemberChanges): boolean {
  return !add?.size && !learners?.size && !promote?.length && !remove?.length;
}

function addressesOf(body: AddressesBody): ReadonlyMap<NodeId, Address> {
  return new Map(Object.entries(body).map(([id, address]) => [Number(id), address]));
}

function parseId(text: string): NodeId | undefined {
  return ID.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

const ID = /^[1-9]\d{0,15}$/;

const Id: t.Type<NodeId> = new t.Type(
  "NodeId",
  (value): value is NodeId => Number.isSafeInteger(value) && typeof value === "number" && value > 0,
  (value, context) => Id.is(value) ? t.success(value) : t.failure(value, context),
  t.identity,
);

const AddressesBody: t.Type<AddressesBody> = new t.Type(
  "{id: host:port}",
  isAddresses,
  (value, context) => isAddresses(value) ? t.success(value) : t.failure(value, context),
  t.identity,
);

function isAddresses(value: unknown): value is AddressesBody {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([id, address]) =>
    parseId(id) !== undefined && typeof address === "string" && E.isRight(parseAddress(address))
  );
}

const ChangesBody: t.Type<ChangesBody> = exactly("MemberChanges", {}, {
  add: AddressesBody,
  learners: AddressesBody,
  promote: t.readonlyArray(Id),
  remove: t.readonlyArray(Id),
});

const TransferBody: t.Type<TransferBody> = exactly("Transfer", {}, { to: Id });

const NO_CHANGE = badRequest("Cannot change the membership: the body names no node.");
