/**
 * Load on a running cluster: so many clients, each with a connection of its own, ask the leader again as soon as they have an
 * answer.
 *
 * @module
 */

/** What is measured. */
export interface LoadOptions {
  /** Where the leader listens for Redis clients. */
  readonly leader: string;
  /** The clients that ask at the same time. */
  readonly clients: number;
  /** What they ask. */
  readonly operation: "put" | "get";
  /** For how long, after a warm-up of a quarter of it. */
  readonly seconds: number;
  /** The length of a value in bytes. */
  readonly valueBytes: number;
  /** How many keys there are. */
  readonly keys: number;
  /** The server processes, whose CPU time is counted. */
  readonly pids: readonly number[];
}

/** What came out. */
export interface Load {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds within which half of them, and 99 of 100, came. */
  readonly p50: number;
  readonly p99: number;
  /** CPU milliseconds of all servers for 1,000 answers; null where the system does not tell. */
  readonly cpu: number | null;
  /** Answers that were errors. */
  readonly failures: number;
}

/** Puts the load on, and measures. */
export async function load(options: LoadOptions): Promise<Load> {
  const run = new Run(options);
  const clients = await Promise.all(Array.from({ length: options.clients }, () => Client.connect(options)));
  const running = clients.map((client, i) => client.run(run, i));
  await wait(options.seconds * 250);
  const before = cpuSeconds(options.pids);
  run.begin();
  await wait(options.seconds * 1_000);
  const { rate, latencies, failures } = run.end();
  const after = cpuSeconds(options.pids);
  await Promise.all(running);
  latencies.sort();
  const at = (part: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? NaN;
  const cpu = before === null || after === null ? null : (after - before) * 1e6 / latencies.length;
  return { rate, p50: at(0.5), p99: at(0.99), cpu, failures };
}

/** What the clients share. */
class Run {
  measuring = false;
  over = false;
  failures = 0;
  #began = 0;
  #count = 0;
  readonly #latencies: Float64Array;

  constructor({ seconds }: LoadOptions) {
    this.#latencies = new Float64Array(Math.ceil(seconds * 500_000));
  }

  begin(): void {
    this.#began = performance.now();
    this.measuring = true;
  }

  answered(ms: number, failed: boolean): void {
    if (!this.measuring) return;
    if (failed) this.failures++;
    if (this.#count < this.#latencies.length) this.#latencies[this.#count++] = ms;
  }

  end(): { readonly rate: number; readonly latencies: Float64Array; readonly failures: number } {
    const seconds = (performance.now() - this.#began) / 1_000;
    this.measuring = false;
    this.over = true;
    return { rate: this.#count / seconds, latencies: this.#latencies.slice(0, this.#count), failures: this.failures };
  }
}

class Client {
  readonly #connection: Deno.TcpConn;
  readonly #options: LoadOptions;
  readonly #buffer = new Uint8Array(64 * 1024);

  private constructor(connection: Deno.TcpConn, options: LoadOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  static async connect(options: LoadOptions): Promise<Client> {
    const [hostname, port] = options.leader.split(":");
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay(true);
    return new Client(connection, options);
  }

  async run(run: Run, number: number): Promise<void> {
    const { clients, keys } = this.#options;
    for (let key = number; !run.over; key = (key + clients) % keys) {
      const began = performance.now();
      const failed = await this.#ask(this.#request(key));
      run.answered(performance.now() - began, failed);
    }
    this.#connection.close();
  }

  #request(key: number): Uint8Array {
    const { operation, valueBytes } = this.#options;
    const name = `key${key}`;
    const value = "v".repeat(valueBytes);
    const words = operation === "put" ? ["SET", name, value] : ["GET", name];
    return new TextEncoder().encode(
      `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`,
    );
  }

  /** Whether the answer is an error. */
  async #ask(request: Uint8Array): Promise<boolean> {
    await this.#connection.write(request);
    let length = 0;
    for (;;) {
      const read = await this.#connection.read(this.#buffer.subarray(length));
      if (read === null) throw new Error("The server has closed the connection.");
      length += read;
      if (isWhole(this.#buffer, length)) return this.#buffer[0] === 0x2d;
    }
  }
}

/** Whether the first `length` bytes are a whole answer: one line, or a value behind a line with its length. */
function isWhole(bytes: Uint8Array, length: number): boolean {
  const end = bytes.indexOf(0x0a);
  if (end < 0 || end >= length) return false;
  if (bytes[0] !== 0x24 || bytes[1] === 0x2d) return true;
  const size = Number(new TextDecoder().decode(bytes.subarray(1, end - 1)));
  return length >= end + 1 + size + 2;
}

/** CPU seconds that the processes have used so far, with their threads (Linux only). */
function cpuSeconds(pids: readonly number[]): number | null {
  try {
    let ticks = 0;
    for (const pid of pids) {
      const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    }
    return ticks / 100;
  } catch {
    return null;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
