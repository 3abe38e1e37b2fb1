/**
 * `/backup`: everything that was acknowledged before the request, as the file of a snapshot, made while the node goes on.
 *
 * The length stands in `Content-Length`, and the file has checksums: a transfer that broke off cannot be taken for a
 * backup. `?timeoutMs=` is the deadline for the snapshot, not for the transfer.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { SnapshotFile } from "../storage/storage.ts";
import { ask } from "./ask.ts";
import type { Answer, Call } from "./call.ts";
import { parseQuery } from "./query.ts";
import { emptyReply, streamReply } from "./reply.ts";
import { readOptions } from "./request_options.ts";

/** Bytes that are read at a time. */
const PIECE = 262_144;

/** Makes a backup, and sends it. */
export async function getBackup(call: Call): Promise<Answer> {
  const parameters = parseQuery(call.query, ["timeoutMs"]);
  if (E.isLeft(parameters)) return parameters;
  const options = readOptions(call, parameters.right);
  if (E.isLeft(options)) return options;
  if (call.request.method === "HEAD") return E.right(emptyReply()); // nobody would read it
  const { timeoutMs } = options.right;
  const file = await ask(call, "read", (node) => node.backup({ timeoutMs }));
  if (E.isLeft(file)) return file;
  const { size, snapshot } = file.right;
  const name = `raftfold-${snapshot.term}-${snapshot.index}.backup`;
  return E.right(streamReply(streamOf(file.right), {
    "content-length": String(size),
    "content-disposition": `attachment; filename="${name}"`,
  }));
}

/** The bytes of a file, read as fast as they are taken. It is closed when all of it is read, or nobody wants more. */
function streamOf(file: SnapshotFile): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      try {
        const piece = new Uint8Array(Math.min(PIECE, file.size - at));
        const length = piece.length === 0 ? 0 : file.read(piece, at);
        if (length === 0 && at < file.size) throw new Error("Cannot read all of the backup: its file is too short.");
        at += length;
        if (length > 0) controller.enqueue(length < piece.length ? piece.subarray(0, length) : piece);
        if (at === file.size) {
          file.close();
          controller.close();
        }
      } catch (error) {
        file.close();
        controller.error(error);
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}
