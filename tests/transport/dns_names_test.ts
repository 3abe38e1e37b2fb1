/**
 * The names in a certificate, read as they are written.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../effects/random/random.ts";
import { dnsNames } from "../../effects/transport/dns_names.ts";
import { makeAuthority, makeCertificate } from "./certificates.ts";

const authority = makeAuthority("an authority");

function der(names: readonly string[]): Uint8Array {
  const { cert } = makeCertificate(authority, names);
  return Buffer.from(cert.replaceAll(/-----.*-----|\n/g, ""), "base64");
}

Deno.test("the DNS names of a certificate are found, each as it is", () => {
  for (const names of [["node-1.raftfold"], ["a", "x, DNS:node-2.raftfold"], ["*.raftfold", "b".repeat(300)]]) {
    assertEquals(dnsNames(der(names)), names);
  }
});

Deno.test("what is no certificate, or a damaged one, has no names, or fewer, and never others", () => {
  const good = der(["node-1.raftfold"]);
  const random = seededRandom(5);
  for (let length = 0; length < good.length; length++) assertEquals(dnsNames(good.subarray(0, length)), []);
  for (let round = 0; round < 20_000; round++) {
    const damaged = good.slice();
    damaged[Math.floor(random.next() * good.length)] = Math.floor(random.next() * 256);
    assert(dnsNames(damaged).length <= 1);
    dnsNames(Uint8Array.from({ length: 60 }, () => Math.floor(random.next() * 256)));
  }
});
