/**
 * Names that stand for themselves: a byte each.
 *
 * @module
 */
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** The names of a union, each with a code that is never given to another one. */
export class Enumeration<Name extends string> {
  private readonly names: readonly (Name | undefined)[];

  /** Takes a code below 256 for every name; `what` is what an unknown one is called. */
  constructor(private readonly what: string, private readonly codes: { readonly [K in Name]: number }) {
    const names: (Name | undefined)[] = [];
    for (const name of Object.keys(codes)) if (isName(codes, name)) names[codes[name]] = name;
    this.names = Array.from(names);
  }

  /** The code of `name`. */
  code(name: Name): number {
    return this.codes[name];
  }

  /** The name that has `code`, if there is one. */
  name(code: number): Name | undefined {
    return this.names[code];
  }

  /** Writes the code of `name`. */
  write(writer: Writer, name: Name): void {
    writer.u8(this.codes[name]);
  }

  /** Reads a name, or throws {@linkcode WireError}. */
  read(reader: Reader): Name {
    const code = reader.u8();
    const name = this.names[code];
    if (name === undefined) throw reader.failure(`${code} is no ${this.what}`);
    return name;
  }
}

function isName<Name extends string>(codes: { readonly [K in Name]: number }, name: string): name is Name {
  return Object.hasOwn(codes, name);
}
