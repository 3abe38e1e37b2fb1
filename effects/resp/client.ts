/**
 * What the server knows of one client.
 *
 * @module
 */

/** The state of a connection that requests change. */
export interface Client {
  /** Its number: the first connection has 1. */
  readonly id: number;
  /** Where it comes from: host:port. */
  readonly address: string;
  /** When it came, by the server's clock. */
  readonly since: number;
  /** Whether it has given the password, or needed none when it came. */
  authenticated: boolean;
  /** Whether it reads what this node has applied, rather than the newest state. */
  readOnly: boolean;
  /** What it calls itself; empty if it does not say. */
  name: string;
  /** The library that it uses, if it says so. */
  library: string;
  /** The version of the library. */
  libraryVersion: string;
  /** The command that it has sent last. */
  lastCommand: string;
}

/** A client that has just come. */
export function newClient(
  { id, address, since, authenticated, readOnly }: Pick<
    Client,
    "id" | "address" | "since" | "authenticated" | "readOnly"
  >,
): Client {
  return {
    id,
    address,
    since,
    authenticated,
    readOnly,
    name: "",
    library: "",
    libraryVersion: "",
    lastCommand: "",
  };
}
