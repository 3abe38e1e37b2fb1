/**
 * Reads the frequent kinds of lines of the JSON form many times faster than their codecs in `json_record.ts`, which say what
 * the lines are. A line that is not written exactly as this program writes it is left to the codecs: they accept more, and
 * say what is wrong.
 *
 * @module
 */
import * as O from "fp-ts/Option";
import type { Option } from "fp-ts/Option";
import type { Hash } from "./hash.ts";
import type { EntriesLine, HashesLine, StepLine } from "./json_record.ts";
import { LineScanner, literal } from "./line_scanner.ts";
import { scanEntries, scanEntryId, scanMessage } from "./scan_message.ts";

const [STEP, MS, MESSAGE, CHECK] = ['{"step":{"number":', ',"ms":', ',"message":{"type":"', '},"check":"'].map(literal);
const [OUTBOXES, STATES, STATE] = ['{"hashes":{"outboxes":"', '","states":"', '","state":'].map(literal);
const [ENTRIES, LIST] = ['{"entries":{"prev":', ',"entries":'].map(literal);
const [END_OF_TEXT, CLOSE, QUOTE] = ['"}}', "}", '"'].map(literal);

/** A line that was read. */
export type ScannedLine = StepLine | HashesLine | EntriesLine;

/** Reads one line after the other. */
export class LineReader {
  readonly #line = new LineScanner();
  #seal: Option<number> = O.none;

  /** What the line says; null if it is another kind of line, or not written as usual. */
  read(text: string): ScannedLine | null {
    const line = this.#line;
    line.begin(text);
    if (line.passes(STEP)) {
      this.#seal = O.none;
      const step = scanStep(line);
      return line.complete ? step : null;
    }
    this.#seal = line.takeSeal();
    const scanned = line.passes(OUTBOXES) ? scanHashes(line) : line.passes(ENTRIES) ? scanEntriesLine(line) : null;
    if (O.isNone(this.#seal)) line.expect(CLOSE);
    return line.complete ? scanned : null;
  }

  /** The check of the text with which the last line ends; steps have none. */
  get seal(): Option<number> {
    return this.#seal;
  }

  /** The sum that `sum` becomes with the last line, but for its last `behind` bytes. */
  sum(sum: number, behind = 0): number {
    return this.#line.sum(sum, behind);
  }
}

function scanStep(line: LineScanner): StepLine | null {
  const number = line.whole();
  line.expect(MS);
  const ms = line.whole();
  line.expect(MESSAGE);
  const message = scanMessage(line);
  if (message === null) return null;
  line.expect(CHECK);
  const check = line.hexadecimal();
  line.expect(END_OF_TEXT);
  return { step: { number, ms, message, check } };
}

function scanHashes(line: LineScanner): HashesLine {
  const outboxes = scanHash(line);
  line.expect(STATES);
  const states = scanHash(line);
  line.expect(STATE);
  let state: Option<Hash> = O.none;
  if (!line.passesNull()) {
    line.expect(QUOTE);
    state = O.some(scanHash(line));
    line.expect(QUOTE);
  }
  line.expect(CLOSE);
  return { hashes: { outboxes, states, state } };
}

function scanEntriesLine(line: LineScanner): EntriesLine {
  const prev = scanEntryId(line);
  line.expect(LIST);
  const entries = scanEntries(line);
  line.expect(CLOSE);
  return { entries: { prev, entries } };
}

function scanHash(line: LineScanner): Hash {
  const high = line.hexadecimal();
  return { high, low: line.hexadecimal() };
}
