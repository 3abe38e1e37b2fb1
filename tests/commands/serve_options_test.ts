/** The options of `serve`: every rule, and what is said where one is broken. */
import { assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import {
  checking,
  parseCluster,
  type ServeFlags,
  type ServeOptions,
  serveOptions,
} from "../../effects/serve/options.ts";

const FLAGS: ServeFlags = { id: "1", cluster: "1=127.0.0.1:7001,2=127.0.0.1:7002", data: "data/1" };

const TLS = { tlsCa: "ca.pem", tlsCert: "cert.pem", tlsKey: "key.pem" };

function optionsWith(flags: Partial<ServeFlags>): ServeOptions {
  const options = serveOptions({ ...FLAGS, ...flags });
  if (E.isLeft(options)) throw new Error(options.left);
  return options.right;
}

function refusalOf(flags: Partial<ServeFlags>): string {
  const options = serveOptions({ ...FLAGS, ...flags });
  return E.isLeft(options) ? options.left : "it was accepted";
}

Deno.test("without further options a node has the usual values", () => {
  assertEquals(optionsWith({}), {
    id: 1,
    cluster: new Map([[1, "127.0.0.1:7001"], [2, "127.0.0.1:7002"]]),
    data: "data/1",
    listen: "127.0.0.1:7001",
    advertise: undefined,
    resp: undefined,
    http: undefined,
    join: false,
    tls: undefined,
    tokenFile: undefined,
    electionMs: 1_000,
    heartbeatMs: 100,
    timeoutMs: 5_000,
    store: "sqlite",
    record: undefined,
    recordPayloads: "full",
    recordMib: undefined,
    leaseReads: false,
    insecure: false,
    compactEntries: undefined,
    keepEntries: undefined,
    logLevel: "info",
  });
});

Deno.test("every option reaches the node", () => {
  assertEquals(
    optionsWith({
      listen: "0.0.0.0:7001",
      advertise: "a.example:7001",
      resp: "127.0.0.1:6379",
      http: "[::1]:8080",
      ...TLS,
      tokenFile: "token",
      electionMs: "400",
      heartbeatMs: "50",
      timeoutMs: "9000",
      store: "memory",
      record: "recording",
      recordPayloads: "hash",
      leaseReads: true,
      insecure: true,
      compactEntries: "1000",
      keepEntries: "10",
      logLevel: "warn",
      json: true,
    }),
    {
      ...optionsWith({}),
      listen: "0.0.0.0:7001",
      advertise: "a.example:7001",
      resp: "127.0.0.1:6379",
      http: "[::1]:8080",
      tls: { ca: "ca.pem", cert: "cert.pem", key: "key.pem" },
      tokenFile: "token",
      electionMs: 400,
      heartbeatMs: 50,
      timeoutMs: 9_000,
      store: "memory",
      record: "recording",
      recordPayloads: "hash",
      leaseReads: true,
      insecure: true,
      compactEntries: 1_000,
      keepEntries: 10,
      logLevel: "warn",
    },
  );
});

Deno.test("a node that joins is not in the list, and says where it listens", () => {
  assertEquals(optionsWith({ id: "4", join: true, listen: "127.0.0.1:7004" }).listen, "127.0.0.1:7004");
  assertEquals(
    refusalOf({ id: "4", join: true }),
    "Cannot start node 4: it is not in --cluster; with --join, say where it listens with --listen.",
  );
});

Deno.test("members without numbers are counted, and a list is checked", () => {
  const listOf = (text: string) => checking(() => [...parseCluster(text)]);
  assertEquals(listOf("a:1,b:2"), E.right([[1, "a:1"], [2, "b:2"]]));
  assertEquals(listOf("7=a:1,9=[::1]:2,"), E.right([[7, "a:1"], [9, "[::1]:2"]]));
  const wrong: Record<string, string> = {
    "": "Cannot use --cluster: name the first members as 1=host:port,2=host:port.",
    ",": "Cannot use --cluster: name the first members as 1=host:port,2=host:port.",
    "1=a:1,1=b:2": "Cannot use --cluster: node 1 is named twice.",
    "2=a:1,b:2": "Cannot use --cluster: node 2 is named twice.",
    "x=a:1": 'Cannot use --cluster: "x" is not a whole number above 0.',
    "=a:1": 'Cannot use --cluster: "" is not a whole number above 0.',
    "1=a": 'Cannot use --cluster: "a" is not host:port.',
    "1=": 'Cannot use --cluster: "" is not host:port.',
    "1=a:1=b:2": 'Cannot use --cluster: "a:1=b:2" is not host:port.',
    "1=a:70000": 'Cannot use --cluster: "a:70000" has a port above 65535.',
  };
  for (const [text, why] of Object.entries(wrong)) assertEquals(listOf(text), E.left(why), text);
});

Deno.test("what is no whole number above 0 is refused", () => {
  const flags = {
    id: "--id",
    electionMs: "--election-ms",
    heartbeatMs: "--heartbeat-ms",
    timeoutMs: "--timeout-ms",
    compactEntries: "--compact-entries",
    keepEntries: "--keep-entries",
  };
  for (const [name, flag] of Object.entries(flags)) {
    for (const text of ["0", "-1", "1.5", "1e3", "", " 1", "x", "1234567890123456"]) {
      assertEquals(refusalOf({ [name]: text }), `Cannot use ${flag}: "${text}" is not a whole number above 0.`);
    }
  }
});

Deno.test("a duration that no timer takes is refused", () => {
  assertEquals(refusalOf({ timeoutMs: "3000000000" }), 'Cannot use --timeout-ms: "3000000000" is more than a day.');
  assertEquals(refusalOf({ electionMs: "86400001" }), 'Cannot use --election-ms: "86400001" is more than a day.');
});

Deno.test("an election timeout of less than four heartbeats is refused", () => {
  assertEquals(optionsWith({ electionMs: "400", heartbeatMs: "100" }).electionMs, 400);
  assertEquals(
    refusalOf({ electionMs: "399", heartbeatMs: "100" }),
    "Cannot use --election-ms: it must be at least four times --heartbeat-ms.",
  );
});

Deno.test("the three files of TLS belong together", () => {
  for (const [name, file] of Object.entries(TLS)) {
    const why = "Cannot use TLS: --tls-ca, --tls-cert and --tls-key belong together.";
    assertEquals(refusalOf({ [name]: file }), why);
    assertEquals(refusalOf({ ...TLS, [name]: undefined }), why);
  }
});

Deno.test("clients of other machines need a token, or somebody who says that it may be insecure", () => {
  for (const [name, flag] of [["resp", "--resp"], ["http", "--http"]]) {
    for (const address of ["0.0.0.0:6379", "[::]:6379", "host.example:6379", "10.0.0.1:6379"]) {
      assertEquals(
        refusalOf({ [name]: address }),
        `Cannot listen on ${address} (${flag}): anybody could read and write. ` +
          "Give a --token-file, a loopback address, or --insecure.",
      );
      assertEquals(optionsWith({ [name]: address, tokenFile: "token" }).tokenFile, "token");
      assertEquals(optionsWith({ [name]: address, insecure: true }).insecure, true);
    }
    for (const address of ["127.0.0.1:6379", "localhost:6379", "[::1]:6379", "127.1.2.3:0"]) {
      optionsWith({ [name]: address });
    }
  }
});

Deno.test("an address that is none is refused", () => {
  const flags = { listen: "--listen", advertise: "--advertise", resp: "--resp", http: "--http" };
  for (const [name, flag] of Object.entries(flags)) {
    assertEquals(refusalOf({ [name]: "nowhere" }), `Cannot use ${flag}: "nowhere" is not host:port.`);
  }
});

Deno.test("a word that is none of those that there are is refused", () => {
  assertEquals(refusalOf({ store: "redis" }), 'Cannot use --store: "redis" is none of sqlite, memory.');
  assertEquals(
    refusalOf({ recordPayloads: "all" }),
    'Cannot use --record-payloads: "all" is none of full, hash, none.',
  );
  assertEquals(refusalOf({ logLevel: "INFO" }), 'Cannot use --log-level: "INFO" is none of debug, info, warn, error.');
});

Deno.test("a defect in a check is no refusal", () => {
  const defect = new TypeError("a defect");
  let thrown: unknown;
  try {
    checking(() => {
      throw defect;
    });
  } catch (error) {
    thrown = error;
  }
  assertEquals(thrown, defect);
});
