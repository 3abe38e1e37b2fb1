/**
 * Replies of a server that speaks RESP 2, found in a stream that arrives in chunks.
 *
 * @module
 */

/** A reply: a text, a number, nothing, an error, or a list of replies. */
export type Reply = string | number | null | ReplyError | readonly Reply[];

/** The server could not do, or did not want to do, what it was asked for. */
export class ReplyError {
  /** What it says; the first word is the kind of error. */
  readonly message: string;

  /** An error that says `message`. */
  constructor(message: string) {
    this.message = message;
  }

  /** The kind of error: its first word. */
  get kind(): string {
    return this.message.split(" ", 1)[0];
  }
}

/** A reply and the position behind it. */
interface Parsed {
  readonly reply: Reply;
  readonly next: number;
}

const CR = 13;

/** Collects bytes until there are replies in them. */
export class ReplyReader {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  /** Takes the next bytes and returns the replies that are complete now. Throws where this cannot be RESP. */
  push(chunk: Uint8Array): readonly Reply[] {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    const replies: Reply[] = [];
    let at = 0;
    for (let parsed = parse(bytes, at); parsed !== undefined; parsed = parse(bytes, at)) {
      replies.push(parsed.reply);
      at = parsed.next;
    }
    this.#bytes = bytes.subarray(at);
    return replies;
  }
}

/** The reply that begins at `at`; undefined if it is not complete. */
function parse(bytes: Uint8Array, at: number): Parsed | undefined {
  const end = bytes.indexOf(CR, at);
  if (end < 0 || end + 1 >= bytes.length) return undefined;
  const line = text(bytes, at + 1, end);
  const next = end + 2;
  switch (String.fromCharCode(bytes[at])) {
    case "+":
      return { reply: line, next };
    case "-":
      return { reply: new ReplyError(line), next };
    case ":":
      return { reply: Number(line), next };
    case "$":
      return parseBulk(bytes, next, Number(line));
    case "*":
      return parseList(bytes, next, Number(line));
  }
  throw new Error(`Cannot read a reply: it begins with ${text(bytes, at, end).slice(0, 40)}.`);
}

function parseBulk(bytes: Uint8Array, at: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, next: at };
  const next = at + length + 2;
  return next > bytes.length ? undefined : { reply: text(bytes, at, at + length), next };
}

function parseList(bytes: Uint8Array, at: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, next: at };
  const list: Reply[] = [];
  let next = at;
  for (let i = 0; i < length; i++) {
    const parsed = parse(bytes, next);
    if (parsed === undefined) return undefined;
    list.push(parsed.reply);
    next = parsed.next;
  }
  return { reply: list, next };
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to));
}
