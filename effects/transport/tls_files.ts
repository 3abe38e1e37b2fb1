/**
 * The certificates of a node: read from files, checked before they are used, and read again when the files change.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import type { Bytes, NodeId } from "../../core/entry.ts";
import type { Logger } from "../logging/logger.ts";
import { dnsNames } from "./dns_names.ts";

/** Where certificates are: paths of files in PEM form. */
export interface TlsFiles {
  /** The authorities, one or more, by one of which the certificates of all nodes must be signed; not those of the system. */
  readonly ca: string;
  /** The node's certificate, with intermediate ones behind it if there are any. It must name the node: {@linkcode certificateName}. */
  readonly cert: string;
  /** The private key of the certificate. */
  readonly key: string;
}

/** The contents of the files. */
export interface Credentials {
  /** The authorities. */
  readonly ca: string;
  /** The certificate. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
}

/** The DNS name that the certificate of the node `id` must have among its subject alternative names. */
export function certificateName(id: NodeId): string {
  return `node-${id}.raftfold`;
}

/** Whether a certificate, in DER form, names the node `id` as it is: not by a wildcard, and not in its subject. */
export function certifies(certificate: Bytes, id: NodeId): boolean {
  return dnsNames(certificate).includes(certificateName(id));
}

/** Reads the files. On the left is what is wrong with them, in a sentence for the operator. */
export function readCredentials(files: TlsFiles, id: NodeId): Either<string, Credentials> {
  try {
    const credentials = { ca: read(files.ca), cert: read(files.cert), key: read(files.key) };
    parse(files.ca, () => new X509Certificate(credentials.ca));
    const certificate = parse(files.cert, () => new X509Certificate(credentials.cert));
    const key = parse(files.key, () => createPrivateKey(credentials.key));
    if (!certificate.checkPrivateKey(key)) {
      return E.left(`Cannot use the certificate in ${files.cert}: the key in ${files.key} is another one's.`);
    }
    if (!certifies(certificate.raw, id)) {
      const name = certificateName(id);
      return E.left(`Cannot use the certificate in ${files.cert}: it needs the subject alternative name DNS:${name}.`);
    }
    return E.right(credentials);
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error));
  }
}

/** Where events go. */
export interface CredentialLogs {
  /** Those that come again with every look at the files. */
  readonly log: Logger;
  /** Those that do not. */
  readonly logger: Logger;
}

/** Credentials that follow their files. */
export class CredentialSource {
  /** What is used for new connections. */
  current: Credentials;
  private readonly files: TlsFiles;
  private readonly id: NodeId;
  private readonly logs: CredentialLogs;

  /** Starts with `current`, which was read from `files` for the node `id`. */
  constructor(current: Credentials, { files, id, ...logs }: { files: TlsFiles; id: NodeId } & CredentialLogs) {
    this.current = current;
    this.files = files;
    this.id = id;
    this.logs = logs;
  }

  /** Reads the files again; true if there is something new. What cannot be used is left alone: the rest may be on its way. */
  refresh(): boolean {
    const read = readCredentials(this.files, this.id);
    if (E.isLeft(read)) {
      this.logs.log.log("warn", "The certificates on the disk cannot be used; those from before still are.", {
        reason: read.left,
      });
      return false;
    }
    const { ca, cert, key } = read.right;
    const { current } = this;
    if (ca === current.ca && cert === current.cert && key === current.key) return false;
    this.current = read.right;
    this.logs.logger.log("info", "New certificates are in use.");
    return true;
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new Error(`Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function parse<A>(path: string, parser: () => A): A {
  try {
    return parser();
  } catch {
    throw new Error(`Cannot read ${path}: it does not hold what it should, in PEM form.`);
  }
}
