/** A replicated lock with fencing tokens: whoever is late with what the lock protected is refused by the resource itself. */
import * as t from "io-ts";
import { jsonCodec, type StateMachine } from "../../mod.ts";

const Command = t.union([
  t.type({ type: t.literal("acquire"), owner: t.string }),
  t.type({ type: t.literal("release"), owner: t.string, fence: t.number }),
]);

/** `acquire` answers with a fence that grows with every owner, or null while the lock is held; `release` with its success. */
export type LockCommand = t.TypeOf<typeof Command>;

/** The fence of whoever holds the lock now. */
export type Fence = number | null;

/** The lock. */
export function lock(): StateMachine<LockCommand, Fence, null, Fence> {
  let state = { owner: "", fence: 0 };
  return {
    codec: { command: jsonCodec(Command), reply: jsonCodec(t.union([t.number, t.null])) },
    apply: ({ commands }) =>
      commands.map((command) => {
        if (command.type === "acquire") {
          if (state.owner !== "" && state.owner !== command.owner) return null;
          if (state.owner === "") state = { owner: command.owner, fence: state.fence + 1 };
          return state.fence;
        }
        if (state.owner !== command.owner || state.fence !== command.fence) return null;
        state = { ...state, owner: "" };
        return command.fence;
      }),
    query: () => state.owner === "" ? null : state.fence,
    async *snapshot() {
      yield new TextEncoder().encode(JSON.stringify(state));
    },
    async restore(chunks) {
      for await (const chunk of chunks) state = JSON.parse(new TextDecoder().decode(chunk));
    },
  };
}

/** What the lock protects: it remembers the highest fence, and refuses whoever comes with a lower one. */
export class Resource {
  #fence = 0;
  /** What was written. */
  readonly lines: string[] = [];

  /** Writes, unless a later owner has written already. */
  write(line: string, fence: number): boolean {
    if (fence < this.#fence) return false;
    this.#fence = fence;
    this.lines.push(line);
    return true;
  }
}
