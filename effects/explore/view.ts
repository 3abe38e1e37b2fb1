/**
 * A state of an explored cluster, as invariants and goals see it.
 *
 * @module
 */
import type { PeerMessage } from "../../core/message.ts";
import type { Node } from "../../core/node.ts";
import type { Budget } from "./bounds.ts";
import type { Ghost } from "./ghost.ts";
import type { Host } from "./host.ts";
import type { Space } from "./space.ts";

/** A state of the cluster. All of it is immutable. */
export interface WorldView {
  /** The nodes, in the order of their numbers. */
  readonly nodes: readonly Node[];
  /** The machines: nodes, disks and state machines. */
  readonly hosts: readonly Host[];
  /** The messages in flight. */
  readonly messages: readonly PeerMessage[];
  /** Who was elected, and what was committed. */
  readonly past: Ghost;
  /** How much of everything may still happen. */
  readonly left: Readonly<Record<Budget, number>>;
}

/** The state in the first `length` of `words`. */
export function viewOf(space: Space, words: Int32Array, length: number): WorldView {
  return new StateView(space, words.slice(0, length));
}

// What nobody looks at is not made.
class StateView implements WorldView {
  constructor(private readonly space: Space, private readonly words: Int32Array) {}

  get nodes(): readonly Node[] {
    return this.hosts.map(({ node }) => node);
  }

  get hosts(): readonly Host[] {
    const { space, words } = this;
    return Array.from({ length: space.nodes }, (_, i) => space.transitions.hosts.at(words[i]));
  }

  get messages(): readonly PeerMessage[] {
    const { space, words } = this;
    const { inputs } = space.transitions;
    const messages: PeerMessage[] = [];
    for (const number of words.subarray(space.nodes + 2)) {
      const input = inputs.at(number);
      if (input.type === "deliver") messages.push(input.message);
    }
    return messages;
  }

  get past(): Ghost {
    return this.space.ghosts.at(this.words[this.space.nodes]);
  }

  get left(): Readonly<Record<Budget, number>> {
    const { space, words } = this;
    return space.offers.all(words[space.nodes + 1]);
  }
}
