/**
 * Worlds with real sockets, certificates and files of them.
 *
 * @module
 */
import type { NodeId } from "../../core/entry.ts";
import { certificateName, tcpTransport, type TcpTransportOptions, type TlsFiles } from "../../effects/transport/mod.ts";
import { type Authority, type Certificate, makeAuthority, makeCertificate } from "./certificates.ts";
import { QUICK, tcpWorld, type World } from "./world.ts";

/** A folder with certificates. */
export interface Folder {
  /** Who signs them. */
  readonly authority: Authority;
  /** Writes the certificate of a node, and says where it is. */
  files(id: NodeId): TlsFiles;
  /** Writes any certificate in place of that of a node. */
  put(id: NodeId, certificate: Certificate, authority?: Authority): TlsFiles;
  /** Removes it. */
  remove(): void;
}

/** Makes a folder, with an authority of its own. */
export function makeFolder(): Folder {
  const folder = Deno.makeTempDirSync({ prefix: "raftfold-certificates-" });
  const authority = makeAuthority("an authority");
  const written = new Map<NodeId, TlsFiles>();
  const put = (id: NodeId, { cert, key }: Certificate, by = authority): TlsFiles => {
    const files = { ca: `${folder}/ca-${id}.pem`, cert: `${folder}/${id}.pem`, key: `${folder}/${id}.key` };
    Deno.writeTextFileSync(files.ca, by.pem);
    Deno.writeTextFileSync(files.cert, cert);
    Deno.writeTextFileSync(files.key, key);
    written.set(id, files);
    return files;
  };
  return {
    authority,
    put,
    files: (id) => written.get(id) ?? put(id, makeCertificate(authority, [certificateName(id)])),
    remove: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** A world in which every node has a certificate in `folder`, which is removed with it. */
export function tlsWorld(folder: Folder, options: Partial<TcpTransportOptions> = {}): World {
  return {
    ...tcpWorld(),
    dispose: () => folder.remove(),
    transport: () => ({
      open: (local, handler) =>
        tcpTransport({ listen: "127.0.0.1:0", limits: QUICK, tls: folder.files(local.id), ...options })
          .open(local, handler),
    }),
  };
}
