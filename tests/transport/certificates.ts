/**
 * Certificates for tests, made when they are needed: just enough of X.509 (RFC 5280) for an authority and nodes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** Who signs. */
export interface Authority {
  /** Its certificate, in PEM form. */
  readonly pem: string;
  /** Its name. */
  readonly name: string;
  /** Its key. */
  readonly key: KeyObject;
}

/** A certificate with its key. */
export interface Certificate {
  /** The certificate, in PEM form. */
  readonly cert: string;
  /** The private key, in PEM form. */
  readonly key: string;
}

/** What may be unusual about a certificate. */
export interface CertificateOptions {
  /** The last second in which it is valid. */
  readonly notAfter?: string;
  /** Another subject. */
  readonly subject?: string;
}

const FROM = "20200101000000Z";
const TO = "20491231235959Z";

/** Makes an authority. */
export function makeAuthority(name: string): Authority {
  const key = newKey();
  const extensions = [
    extension("2.5.29.19", sequence(boolean(true)), true),
    extension("2.5.29.15", bits(0x06, 1), true),
  ];
  return {
    name,
    key,
    pem: signed({ subject: name, issuer: name, to: TO, subjectKey: key, issuerKey: key, extensions }),
  };
}

/** Makes a certificate for DNS names; the first one is also its subject, if there is no other. */
export function makeCertificate(
  by: Authority,
  names: readonly string[],
  options: CertificateOptions = {},
): Certificate {
  const key = newKey();
  const alternatives = sequence(...names.map((name) => tlv(0x82, Buffer.from(name))));
  const usages = sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"));
  const cert = signed({
    subject: options.subject ?? names[0],
    issuer: by.name,
    to: options.notAfter ?? TO,
    subjectKey: key,
    issuerKey: by.key,
    extensions: [extension("2.5.29.17", alternatives), extension("2.5.29.37", usages)],
  });
  return { cert, key: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly to: string;
  readonly subjectKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function signed({ subject, issuer, to, subjectKey, issuerKey, extensions }: Content): string {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2")); // ECDSA with SHA-256
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer),
    sequence(tlv(0x18, Buffer.from(FROM)), tlv(0x18, Buffer.from(to))),
    commonName(subject),
    createPublicKey(subjectKey).export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, issuerKey)]));
  const base64 = sequence(body, algorithm, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function commonName(name: string): Buffer {
  return sequence(tlv(0x31, sequence(oid("2.5.4.3"), tlv(0x0c, Buffer.from(name)))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), tlv(0x04, value));
}

function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.from([value ? 0xff : 0]));
}

function bits(value: number, unused: number): Buffer {
  return tlv(0x03, Buffer.from([unused, value]));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 127];
  for (let more = value >> 7; more > 0; more >>= 7) bytes.unshift((more & 127) | 128);
  return bytes;
}

function tlv(tag: number, value: Uint8Array): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
