/**
 * The DNS names in a certificate (RFC 5280, subjectAltName), read from its DER form.
 *
 * Deno 2.9 offers no other way that can be trusted: its `checkHost` also accepts the common name of the subject, and its
 * `subjectAltName` joins the names with a comma that may be part of one.
 *
 * @module
 */
import type { Bytes } from "../../core/entry.ts";

const LATIN = new TextDecoder("latin1");
const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3;
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
const DNS_NAME = 0x82;

/** The content of 2.5.29.17. */
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];

/** The DNS names among the subject alternative names of `certificate`; none if it cannot be read. */
export function dnsNames(certificate: Bytes): readonly string[] {
  const [whole] = elements(certificate);
  if (whole?.tag !== SEQUENCE) return [];
  const [body] = elements(whole.content);
  if (body?.tag !== SEQUENCE) return [];
  return elements(body.content)
    .filter(({ tag }) => tag === EXTENSIONS)
    .flatMap(({ content }) => elements(content))
    .flatMap(({ content }) => elements(content))
    .flatMap(({ content }) => namesOf(elements(content)));
}

interface Element {
  readonly tag: number;
  readonly content: Bytes;
}

function namesOf(extension: readonly Element[]): readonly string[] {
  const [id] = extension;
  const value = extension[extension.length - 1];
  if (id?.tag !== OBJECT_IDENTIFIER || value.tag !== OCTET_STRING) return [];
  if (id.content.length !== 3 || SUBJECT_ALT_NAME.some((byte, i) => byte !== id.content[i])) return [];
  const [names] = elements(value.content);
  if (names?.tag !== SEQUENCE) return [];
  return elements(names.content)
    .filter(({ tag }) => tag === DNS_NAME)
    .map(({ content }) => LATIN.decode(content));
}

// The elements that lie one behind the other; none at all if one of them is longer than what is there.
function elements(bytes: Bytes): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at];
    const short = bytes[at + 1];
    const lengthBytes = short > 128 ? short - 128 : 0;
    if (short === undefined || short === 128 || lengthBytes > 3) return [];
    let length = lengthBytes === 0 ? short : 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const begin = at + 2 + lengthBytes;
    if (begin + length > bytes.length) return [];
    found.push({ tag, content: bytes.subarray(begin, begin + length) });
    at = begin + length;
  }
  return found;
}
