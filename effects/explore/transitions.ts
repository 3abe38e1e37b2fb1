/**
 * The reducer as a table. Hosts and inputs are numbered, and what becomes of a host by an input is computed once: the
 * reducer is pure, so that it would be the same every time.
 *
 * @module
 */
import type { PeerMessage } from "../../core/message.ts";
import { canonicalOnce } from "./canonical.ts";
import { type Host, hostText } from "./host.ts";
import { type Input, inputText } from "./input.ts";
import { Interner } from "./interner.ts";
import { Numbers } from "./numbers.ts";
import { PairTable, UNKNOWN } from "./pair_table.ts";
import type { HostRules, Outcome } from "./outcome.ts";
import { runHost } from "./run_host.ts";

/** All hosts, inputs and transitions that were met. A transition has a number as well. */
export class Transitions {
  /** All hosts. */
  readonly hosts = new Interner<Host>(hostText);
  /** All inputs. */
  readonly inputs = new Interner<Input>(inputText);
  /** For each transition, the host afterwards. */
  readonly next = new Numbers();
  /** For each transition, where its messages begin in `sent`; they end where those of the next one begin. */
  readonly sentFrom = new Numbers();
  /** The numbers of the messages, in the order in which they left. */
  readonly sent = new Numbers();
  /** What happened besides that concerns the whole cluster, by transition. */
  readonly special: (Outcome | null)[] = [];
  /** For each transition, the host before and the input; of interrupted ones the input is -1 - its number. */
  readonly from = new Numbers();
  readonly by = new Numbers();
  /** For each host, the term on its disk. */
  readonly term = new Numbers();
  /** For each host, the term of its node. */
  readonly nodeTerm = new Numbers();
  /** For each host, whether it is a candidate of that term (1), or not (0). */
  readonly campaigns = new Numbers();
  /** For each host, whether it leads (1), or not (0). */
  readonly leads = new Numbers();
  /** For each host, the number of its log. */
  readonly log = new Numbers();
  /** For each input, the position of the receiver of a message; -1 for other inputs. */
  readonly to = new Numbers();
  /** For each message, whose it is and for whom, as one number. */
  readonly link = new Numbers();
  /** For each message, its term if it is of no use to a node of a higher term; otherwise a term that nobody is beyond. */
  readonly useUntil = new Numbers();
  /** For each message, whether only candidates have use for it (1), or not (0). */
  readonly forCandidates = new Numbers();
  readonly #logs = new Interner<string>((text) => text);
  readonly #whole = new PairTable();
  readonly #interrupted = new PairTable();

  /** Without `absorbs`, no message is ever taken for useless. `told` hears of every outcome, once. */
  constructor(
    readonly rules: HostRules,
    private readonly absorbs: boolean,
    private readonly told: (outcome: Outcome) => void = () => {},
    private readonly ordered: boolean = false,
  ) {
    this.sentFrom.push(0);
  }

  /** The number of transitions. */
  get size(): number {
    return this.next.length;
  }

  /** The number of `host`. */
  hostNumber(host: Host): number {
    const number = this.hosts.numberOf(host);
    if (number === this.term.length) {
      const { node, disk: { hardState } } = host;
      const term = hardState === null ? 0 : hardState.term;
      this.term.push(term);
      this.nodeTerm.push(node.term);
      this.campaigns.push(node.role === "candidate" && node.term === term ? 1 : 0);
      this.leads.push(node.role === "leader" ? 1 : 0);
      this.log.push(this.#logs.numberOf(canonicalOnce(node.log)));
    }
    return number;
  }

  /** The number of `input`. */
  inputNumber(input: Input): number {
    const number = this.inputs.numberOf(input);
    if (number === this.to.length) {
      const message = input.type === "deliver" ? input.message : null;
      this.to.push(message === null ? -1 : message.to - 1);
      this.link.push(message === null ? -1 : message.from * 16 + message.to);
      this.useUntil.push(message === null ? NEVER : this.#useUntil(message));
      this.forCandidates.push(this.absorbs && message !== null && message.type === "RequestVoteResponse" ? 1 : 0);
    }
    return number;
  }

  /** What becomes of a host by an input: the number of the transition. */
  of(host: number, input: number, interrupted: boolean): number {
    const table = interrupted ? this.#interrupted : this.#whole;
    const known = table.get(host, input);
    if (known !== UNKNOWN) return known;
    const outcome = runHost(this.hosts.at(host), this.inputs.at(input), this.rules, { interrupted });
    const number = this.next.length;
    table.set(host, input, number);
    this.from.push(host);
    this.by.push(interrupted ? -1 - input : input);
    this.next.push(this.hostNumber(outcome.host));
    for (const message of outcome.sent) this.sent.push(this.inputNumber({ type: "deliver", message }));
    this.sentFrom.push(this.sent.length);
    this.special.push(isSpecial(outcome) ? outcome : null);
    this.told(outcome);
    return number;
  }

  /** Whether a message in flight stands behind another one: by its number, or where order matters, by its way alone. */
  isBehind(message: number, other: number): boolean {
    const { items } = this.link;
    return this.ordered ? items[message] > items[other] : message > other;
  }

  /** Whether a transition changes nothing at all. */
  isIdle(transition: number): boolean {
    return this.next.items[transition] === this.from.items[transition] && this.special[transition] === null &&
      this.sentFrom.items[transition] === this.sentFrom.items[transition + 1];
  }

  /** Whether anything leaves the machine, or happens that concerns the whole cluster. */
  saysAnything(transition: number): boolean {
    return this.special[transition] !== null ||
      this.sentFrom.items[transition] < this.sentFrom.items[transition + 1];
  }

  /**
   * Whether a host, and whatever may become of it, has no use for a message: it is from an earlier term than the one on
   * its disk, or an answer to a campaign that is over. After an exploration this is checked for the reducer at hand.
   */
  isUseless(message: number, host: number): boolean {
    const term = this.term.items[host];
    const until = this.useUntil.items[message];
    if (until < term) return true;
    return until === term && this.forCandidates.items[message] === 1 && this.campaigns.items[host] === 0;
  }

  #useUntil(message: PeerMessage): number {
    const { checkQuorum, preVote } = this.rules.settings[message.to - 1] ?? this.rules.settings[0];
    if (!this.absorbs || message.term === 0 || message.type === "RequestPreVote") return NEVER;
    // An old leader is told of the new term.
    if ((message.type === "Append" || message.type === "Heartbeat") && (checkQuorum || preVote)) return NEVER;
    return message.term;
  }
}

const NEVER = 0x7fffffff;

function isSpecial({ elected, committed, reads, objection }: Outcome): boolean {
  return elected > 0 || committed.length > 0 || reads.length > 0 || objection !== null;
}
