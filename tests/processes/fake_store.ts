/**
 * What the stand-ins for nodes share: a file of commands that have changed something, read and written under a lock.
 *
 * @module
 */

/** A command. */
export interface Request {
  /** Its name. */
  readonly name: string;
  /** Its arguments. */
  readonly words: readonly string[];
}

/** The store, as one process sees it. */
export class Store {
  readonly #file: Deno.FsFile;
  readonly #bug: string;
  readonly #values = new Map<string, string>();
  #read = 0;
  #writes = 0;

  /** Opens the file at `path`; `bug` is "stale", "lose", "double", "fall", "refuse" or nothing. */
  constructor(path: string, bug: string) {
    this.#file = Deno.openSync(path, { create: true, read: true, append: true });
    this.#bug = bug;
  }

  /** Carries a command out on the newest state, and returns the reply. */
  run(command: Request): string {
    if (this.#bug === "refuse") return "-REJECTED it was told to refuse\r\n";
    // A stale node does not look at the file for reads.
    if (this.#bug === "stale" && command.name === "GET") return this.#apply(command);
    this.#file.lockSync(true);
    try {
      this.#catchUp();
      const reply = this.#apply(command);
      if (!["GET", "PING"].includes(command.name) && !reply.startsWith("-")) this.#keep(command);
      return reply;
    } finally {
      this.#file.unlockSync();
    }
  }

  #keep(command: Request): void {
    const hasTurn = ++this.#writes % 20 === 0;
    if (hasTurn && this.#bug === "fall") Deno.exit(1);
    if (hasTurn && this.#bug === "lose") return this.#forget();
    this.#read += this.#append(command);
    if (hasTurn && this.#bug === "double") this.#append(command);
  }

  #append(command: Request): number {
    const line = new TextEncoder().encode(`${JSON.stringify(command)}\n`);
    this.#file.writeSync(line);
    return line.length;
  }

  #forget(): void {
    this.#values.clear();
    this.#read = 0;
  }

  #catchUp(): void {
    const bytes = new Uint8Array(this.#file.statSync().size - this.#read);
    this.#file.seekSync(this.#read, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += this.#file.readSync(bytes.subarray(at)) ?? bytes.length;
    // A process that was killed while it wrote leaves half a line, which was never acknowledged.
    const text = new TextDecoder().decode(bytes);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    for (const line of whole.split("\n")) if (line !== "") this.#apply(JSON.parse(line));
    this.#read += new TextEncoder().encode(whole).length;
  }

  #apply({ name, words: [key, value = "", other = ""] }: Request): string {
    const before = this.#values.get(key);
    switch (name) {
      case "PING":
        return "+PONG\r\n";
      case "GET":
        return before === undefined ? "$-1\r\n" : `$${before.length}\r\n${before}\r\n`;
      case "SET":
        if (other === "NX" && before !== undefined) return "$-1\r\n";
        this.#values.set(key, value);
        return "+OK\r\n";
      case "APPEND":
        this.#values.set(key, (before ?? "") + value);
        return `:${(before ?? "").length + value.length}\r\n`;
      case "DEL":
        return `:${this.#values.delete(key) ? 1 : 0}\r\n`;
      case "CAS":
        if (before !== value) return ":0\r\n";
        this.#values.set(key, other);
        return ":1\r\n";
      case "INCR":
        if (!/^-?\d*$/.test(before ?? "")) return "-ERR value is not an integer or out of range\r\n";
        this.#values.set(key, String(Number(before ?? "0") + 1));
        return `:${this.#values.get(key)}\r\n`;
    }
    return `-ERR unknown command '${name}'\r\n`;
  }
}
