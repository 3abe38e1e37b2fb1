/**
 * The transport of a cluster: TCP, with TLS on both sides or on one machine only.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import type { Either } from "fp-ts/Either";
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Address } from "../storage/storage.ts";
import { type HostAndPort, isLoopback, isWildcard, parseAddress } from "./address.ts";
import { type Context, newContext } from "./context.ts";
import { DEFAULT_LIMITS, type TransportLimits } from "./limits.ts";
import { OpenTcpTransport } from "./open_tcp_transport.ts";
import { plainTcp } from "./plain_tcp.ts";
import type { Network } from "./socket.ts";
import type { TlsFiles } from "./tls_files.ts";
import { tlsTcp } from "./tls_tcp.ts";
import type { LocalNode, OpenTransport, Transport, TransportError, TransportHandler } from "./transport.ts";

/** How a node is reached, and how it reaches others. */
export interface TcpTransportOptions {
  /** Where it listens: host:port; port 0 takes one that is free. */
  readonly listen: Address;
  /** Where its peers reach it, if that is another address. */
  readonly advertise?: Address;
  /** Certificates: with them, everything is encrypted, and both ends of a connection prove who they are. */
  readonly tls?: TlsFiles;
  /** Without certificates, listens also where other machines reach it: whoever does, can read and write everything. */
  readonly insecure?: boolean;
  /** Bounds that are not the default. */
  readonly limits?: Partial<TransportLimits>;
}

/**
 * A transport over TCP.
 *
 * Each node makes one connection to each peer for what it sends; on those that it accepts it only receives and answers
 * requests. Snapshots travel on connections of their own.
 */
export function tcpTransport(options: TcpTransportOptions): Transport {
  return { open: (local, handler) => open(options, local, handler) };
}

async function open(
  options: TcpTransportOptions,
  local: LocalNode,
  handler: TransportHandler,
): Promise<Either<TransportError, OpenTransport>> {
  const addresses = checkAddresses(options, local);
  if (E.isLeft(addresses)) return fail(addresses.left);
  const { at, advertised } = addresses.right;
  const context = newContext(local, handler, { ...DEFAULT_LIMITS, ...options.limits });
  const network = makeNetwork(options, context);
  if (E.isLeft(network)) return fail(network.left);
  const listener = await network.right.listen(at);
  if (E.isLeft(listener)) {
    network.right.close();
    return fail(`Cannot listen on ${options.listen}: ${listener.left}.`);
  }
  const { address } = listener.right;
  const own = isWildcard(at.hostname) ? advertised : O.alt(() => O.some(address))(advertised);
  return E.right(new OpenTcpTransport({ ...context, address: own }, network.right, listener.right));
}

interface Addresses {
  readonly at: HostAndPort;
  readonly advertised: Option<Address>;
}

function checkAddresses(options: TcpTransportOptions, local: LocalNode): Either<string, Addresses> {
  const at = parseAddress(options.listen);
  if (E.isLeft(at)) return E.left(`Cannot listen: ${at.left}.`);
  const advertised = options.advertise === undefined ? local.address : O.some(options.advertise);
  const callable = O.isNone(advertised) ? at : parseAddress(advertised.value);
  if (E.isLeft(callable)) return E.left(`Cannot tell peers where this node is: ${callable.left}.`);
  if (options.tls !== undefined || isLoopback(at.right.hostname) || options.insecure === true) {
    return E.right({ at: at.right, advertised });
  }
  return E.left(
    `Cannot listen on ${options.listen} without certificates: whoever reaches it could read and write everything. ` +
      "Give the node certificates, or a loopback address, or say that it may be insecure.",
  );
}

function makeNetwork({ tls }: TcpTransportOptions, context: Context): Either<string, Network> {
  const { local: { id, clock, logger }, limits, log, counters } = context;
  if (tls === undefined) return E.right(plainTcp(clock));
  return tlsTcp(tls, { ...limits, id, clock, log, logger, refused: () => counters.violations++ });
}

function fail(message: string): Either<TransportError, never> {
  return E.left({ type: "TransportError", message });
}
