/**
 * How nodes reach each other: over TCP, or in one process.
 *
 * @module
 */
export { DEFAULT_LIMITS, type TransportLimits } from "./limits.ts";
export {
  type Filter,
  GOOD_CONDITIONS,
  type LinkConditions,
  type Mishaps,
  type Parcel,
  type Where,
} from "./memory_conditions.ts";
export { type MemoryNetwork, memoryNetwork } from "./memory_network.ts";
export { tcpTransport, type TcpTransportOptions } from "./tcp_transport.ts";
export { certificateName, type TlsFiles } from "./tls_files.ts";
export * from "./transport.ts";
