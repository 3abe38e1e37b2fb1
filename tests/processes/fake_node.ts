/**
 * A stand-in for a node: a process that takes the same arguments and speaks as much RESP as the tests need.
 *
 * All nodes of a folder share one file of commands, under a lock, so that they agree as if they replicated it. Whoever
 * holds another lock leads. `--bug` plants a mistake of the kind that a cluster could make.
 *
 * @module
 */
import { type Request as Command, Store } from "./fake_store.ts";

const args = new Map<string, string>();
for (let i = 0; i < Deno.args.length; i += 2) args.set(Deno.args[i].slice(2), Deno.args[i + 1]);
const argument = (name: string): string => args.get(name) ?? "";

const data = argument("data");
if (argument("fails") === "always" || (argument("fails") === "again" && exists(data))) {
  console.error("Cannot start: it was told to fail.");
  Deno.exit(3);
}
Deno.mkdirSync(data, { recursive: true });
const shared = `${data}/..`;
const store = new Store(`${shared}/commands`, argument("bug"));
const leading = Deno.openSync(`${shared}/leading`, { create: true, write: true });
let leads = false;

function exists(folder: string): boolean {
  try {
    return Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
}

function isLeader(): boolean {
  if (argument("leads") === "never") return false;
  leads ||= leading.tryLockSync(true);
  return leads;
}

function answer(words: readonly string[]): string {
  const [name, ...rest] = words;
  switch (name) {
    case "ROLE":
      return isLeader() ? "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n" : "*3\r\n$5\r\nslave\r\n$0\r\n\r\n:0\r\n";
    case "READONLY":
      return "+OK\r\n";
    case "FAIL":
      return `-${rest.join(" ")}\r\n`;
    case "SILENT":
      return "";
  }
  const command: Command = { name, words: rest };
  return store.run(command);
}

async function serve(connection: Deno.TcpConn): Promise<void> {
  let text = "";
  try {
    for await (const chunk of connection.readable) {
      text += new TextDecoder().decode(chunk);
      for (let next = cut(text); next !== undefined; next = cut(text)) {
        text = next.rest;
        if (next.words[0] === "HANGUP") return connection.close();
        await connection.write(new TextEncoder().encode(answer(next.words)));
      }
    }
  } catch {
    // The client is gone.
  }
}

/** The first command in `text`, if it is complete. Texts are ASCII here. */
function cut(text: string): { readonly words: readonly string[]; readonly rest: string } | undefined {
  const count = Number(/^\*(\d+)\r\n/.exec(text)?.[1] ?? "-1");
  if (count < 0) return undefined;
  let at = text.indexOf("\r\n") + 2;
  const words: string[] = [];
  while (words.length < count) {
    const length = /^\$(\d+)\r\n/.exec(text.slice(at))?.[1];
    if (length === undefined) return undefined;
    at += length.length + 3;
    if (text.length < at + Number(length) + 2) return undefined;
    words.push(text.slice(at, at + Number(length)));
    at += Number(length) + 2;
  }
  return { words, rest: text.slice(at) };
}

const [hostname, port] = argument("resp").split(":");
const listener = Deno.listen({ hostname, port: Number(port) });
Deno.addSignalListener("SIGTERM", () => {
  console.log("stopped");
  Deno.exit(0);
});
console.log("a line before");
const { resp, http, id } = { resp: argument("resp"), http: argument("http"), id: Number(argument("id")) };
console.log(JSON.stringify({ ready: true, id, peer: argument("listen"), resp, http }));
for await (const connection of listener) void serve(connection);
