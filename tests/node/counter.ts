/** A counter to replicate: what every test of the shell can count on. */
import * as t from "io-ts";
import { jsonCodec } from "../../effects/node/json_codec.ts";
import type { StateMachine } from "../../effects/node/state_machine.ts";

/** A counter that remembers what was added to it, in order. */
export class Counter implements StateMachine<number, number, null, number> {
  value = 0;
  added: number[] = [];
  readonly codec = { command: jsonCodec(t.number), reply: jsonCodec(t.number) };

  apply({ commands }: { readonly commands: readonly number[] }): readonly number[] {
    return commands.map((by) => {
      this.added.push(by);
      return this.value += by;
    });
  }

  query(): number {
    return this.value;
  }

  async *snapshot(): AsyncGenerator<Uint8Array> {
    const copy = JSON.stringify(this.added);
    yield new TextEncoder().encode(copy);
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    let text = "";
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
    this.added = JSON.parse(text);
    this.value = this.added.reduce((sum, by) => sum + by, 0);
  }
}
