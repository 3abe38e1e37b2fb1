/**
 * Certificates: who gets in, and who does not.
 *
 * @module
 */
import { connect, type ConnectionOptions } from "node:tls";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { certificateName, tcpTransport } from "../../effects/transport/mod.ts";
import { TlsSocket } from "../../effects/transport/tls_socket.ts";
import { testsThatNeed } from "../permissions.ts";
import { makeAuthority, makeCertificate } from "./certificates.ts";
import { hello, Stranger } from "./stranger.ts";
import { type Folder, makeFolder, tlsWorld } from "./tls_world.ts";
import {
  bytesOf,
  connected,
  forever,
  heartbeat,
  introduce,
  isConnected,
  type Member,
  QUICK,
  send,
  start,
  startCluster,
  stop,
  type World,
} from "./world.ts";

const test = testsThatNeed("net", "read", "write");

/** Runs a test with a folder of certificates. */
function testWithFolder(name: string, fn: (folder: Folder, world: World) => Promise<void>): void {
  test(name, async () => {
    const folder = makeFolder();
    try {
      await fn(folder, tlsWorld(folder));
    } finally {
      folder.remove();
    }
  });
}

/** What a client hears that says hello as node 2; with no TLS connection at all, an error. */
async function greet(node: Member, options: ConnectionOptions): Promise<readonly string[]> {
  const { hostname, port } = new URL(`http://${node.address}`);
  const socket = connect({ host: hostname, port: Number(port), servername: certificateName(1), ...options });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    const stranger = new Stranger(new TlsSocket(socket));
    await stranger.say(hello(2, 1));
    const first = await stranger.hear();
    return O.isSome(first) ? [first.value.type] : [];
  } catch (error) {
    return [error instanceof Error ? `error: ${error.message}` : "error"];
  } finally {
    await new Promise<void>((resolve) => {
      if (socket.closed) return resolve();
      socket.once("close", () => resolve());
      socket.destroy();
    });
  }
}

async function open(node: Member): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(`http://${node.address}`);
  return await Deno.connect({ hostname, port: Number(port) });
}

testWithFolder("only a client with its own node's certificate of the same authority gets in", async (folder, world) => {
  const node = await start(world, 1);
  const ca = folder.authority.pem;
  const other = makeAuthority("an authority"); // of the same name
  const name = certificateName(2);
  const clients: Record<string, ConnectionOptions> = {
    "no certificate": { ca },
    "another authority's certificate": { ca, ...makeCertificate(other, [name]) },
    "a certificate that has expired": {
      ca,
      ...makeCertificate(folder.authority, [name], { notAfter: "20210101000000Z" }),
    },
    "another node's certificate": { ca, ...makeCertificate(folder.authority, [certificateName(3)]) },
    "a certificate with a name that begins alike": { ca, ...makeCertificate(folder.authority, [`${name}.example`]) },
    "a wildcard certificate": { ca, ...makeCertificate(folder.authority, ["*.raftfold"]) },
    "a certificate that names the node in its subject only": {
      ca,
      ...makeCertificate(folder.authority, ["somebody.example"], { subject: name }),
    },
    "a certificate with the name inside of another one": {
      ca,
      ...makeCertificate(folder.authority, [`x, DNS:${name}`]),
    },
    "a certificate of nobody's": { ca, ...makeCertificate({ ...other, name: "nobody" }, [name]) },
  };
  let refused = 0;
  for (const [who, options] of Object.entries(clients)) {
    const heard = await greet(node, options);
    assert(heard.every((what) => what === "Refusal" || what.startsWith("error")), `${who}: ${heard}`);
    refused++;
    await world.until(() => node.transport.violations() === refused);
  }
  assertEquals([node.asked, node.received], [[], []]);
  const good = { ca, ...makeCertificate(folder.authority, [name, "another.example"]) };
  assertEquals(await greet(node, good), ["Welcome"]);
  assertEquals(node.asked.map(({ id }) => id), [2]);
  await stop(world, node);
});

testWithFolder("a node does not talk to one that answers with the wrong certificate", async (folder, world) => {
  const other = makeAuthority("another authority");
  const cases = [
    { certificate: makeCertificate(folder.authority, [certificateName(2), certificateName(3)]), id: 3, talks: true },
    { certificate: makeCertificate(other, [certificateName(3)]), by: other, id: 3, talks: false },
    {
      certificate: makeCertificate(folder.authority, [certificateName(3)], { notAfter: "20210101000000Z" }),
      id: 3,
      talks: false,
    },
  ];
  for (const { certificate, by, id, talks } of cases) {
    folder.put(id, certificate, by);
    const a = await start(world, 1);
    const c = await start(world, id);
    a.transport.setPeers(new Map([[id, c.address]]));
    await world.until(() => talks ? isConnected(a, id) : a.logged.length > 0);
    if (!talks) {
      assertStringIncludes(String(a.logged[0].fields["reason"]), "TLS: ");
      assertEquals([isConnected(a, id), c.received.length, c.asked.length], [false, 0, 0]);
      assert(a.transport.violations() > 0);
    }
    await stop(world, a, c);
  }
});

testWithFolder("a node that does not speak TLS gets nowhere, in both directions", async (_, world) => {
  const a = await start(world, 1);
  const plain = await start(world, 2, { transport: tcpTransport({ listen: "127.0.0.1:0", limits: QUICK }) });
  introduce([a, plain]);
  await world.until(() => a.transport.violations() > 1 && plain.transport.violations() > 1);
  assertEquals([isConnected(a, 2), isConnected(plain, 1)], [false, false]);
  assertEquals([a.asked, plain.asked], [[], []]);
  await stop(world, a, plain);
});

testWithFolder("certificates that change are used without a restart, and bad ones are not", async (folder) => {
  const world = tlsWorld(folder, { limits: { ...QUICK, refreshMs: 5 } });
  const members = await startCluster(world, 2);
  const [a, b] = members;
  const old = { ca: folder.authority.pem, ...makeCertificate(folder.authority, [certificateName(2)]) };
  assertEquals(await greet(a, old), ["Welcome"]);

  const next = makeAuthority("the next authority");
  const both = { ...next, pem: folder.authority.pem + next.pem };
  const used = ({ logged }: Member) =>
    logged.filter(({ message }) => message === "New certificates are in use.").length;
  for (const id of [1, 2]) folder.put(id, makeCertificate(folder.authority, [certificateName(id)]), both);
  await world.until(() => used(a) > 0 && used(b) > 0);
  const [usedA, usedB] = [used(a), used(b)];
  for (const id of [1, 2]) folder.put(id, makeCertificate(next, [certificateName(id)]), next);
  await world.until(() => used(a) > usedA && used(b) > usedB);

  const heard = await greet(a, { ...old, ca: next.pem });
  assert(heard.every((what) => what.startsWith("error")), String(heard));
  const young = { ca: next.pem, ...makeCertificate(next, [certificateName(2)]) };
  assertEquals(await greet(a, young), ["Welcome"]);

  Deno.writeTextFileSync(folder.files(1).cert, "half of a certi");
  const bad = "The certificates on the disk cannot be used; those from before still are.";
  await world.until(() => a.logged.some(({ message }) => message === bad));
  assertEquals(await greet(a, young), ["Welcome"]);
  await stop(world, b);
  const again = await start(world, 2);
  introduce([a, again]);
  await connected(world, [a, again]);
  send(a, heartbeat(1, 2));
  await world.until(() => again.received.length === 1);
  await stop(world, a, again);
});

testWithFolder("connections without a handshake are closed in time", async (folder) => {
  const world = tlsWorld(folder, { limits: { ...QUICK, handshakeMs: 50 } });
  const node = await start(world, 1);
  const silent = [await open(node), await open(node)];
  for (const conn of silent) {
    assertEquals(await conn.read(bytesOf(1)).catch(() => null), null);
    conn.close();
  }
  await stop(world, node);
});

testWithFolder("of too many connections without a handshake the oldest are closed", async (folder) => {
  const world = tlsWorld(folder, { limits: { ...QUICK, handshakes: 3 } });
  const node = await start(world, 1);
  const conns = [await open(node), await open(node), await open(node), await open(node), await open(node)];
  const closed: number[] = [];
  const reads = conns.map((conn, i) => conn.read(bytesOf(1)).catch(() => null).then(() => closed.push(i)));
  await Promise.all(reads.slice(0, 2));
  assertEquals(closed.toSorted(), [0, 1]);
  const peer = await start(world, 2); // takes the place of the third
  introduce([node, peer]);
  await connected(world, [node, peer]);
  await stop(world, node, peer);
  await Promise.all(reads);
  for (const conn of conns) conn.close();
});

testWithFolder("a node does not start with certificates that cannot be right, and says why", async (folder) => {
  const right = folder.files(1);
  const strange = folder.put(2, makeCertificate(folder.authority, [certificateName(3)]));
  const cases: [string, typeof right, string][] = [
    ["another node's", { ...right, cert: strange.cert, key: strange.key }, "DNS:node-1.raftfold"],
    ["another key", { ...right, key: strange.key }, "the key in"],
    ["no file", { ...right, ca: `${right.ca}.none` }, "Cannot read"],
    ["nonsense", { ...right, cert: right.key }, "does not hold what it should"],
    ["no key", { ...right, key: right.cert }, "does not hold what it should"],
  ];
  for (const [name, tls, reason] of cases) {
    const transport = tcpTransport({ listen: "127.0.0.1:0", tls });
    const started = await start(tlsWorld(folder), 1, { transport }).then(() => E.right(undefined), E.left);
    assert(E.isLeft(started) && started.left instanceof Error, name);
    assertStringIncludes(started.left.message, reason);
  }
});

testWithFolder("a request and a message of a megabyte pass", async (_, world) => {
  const [a, b] = await startCluster(world, 2);
  const message = { type: "ForwardedReadIndex", from: 1, to: 2, term: 0, context: bytesOf(1_000_000) } as const;
  send(a, message);
  await world.until(() => b.received.length === 1);
  assertEquals(await a.transport.request(2, bytesOf(1_000_000), forever()), O.some(bytesOf(1_000_000)));
  await stop(world, a, b);
});
