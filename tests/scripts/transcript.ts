/**
 * Transcripts: commands and what they print, in one file that reads from top to bottom.
 *
 * ```text
 * # What the transcript shows, and where the paper says so.
 *
 * > a command
 * what it prints, line by line
 *
 * > a command that prints nothing
 * > another command
 * what it prints
 * ```
 *
 * Lines that begin with `#` are comments, lines that begin with `>` are commands; every other line that is not empty is
 * the output of the command above it. An empty line follows every output.
 *
 * @module
 */

/** Runs a command line and answers what it prints. */
export type Run = (line: string) => readonly string[];

/**
 * The text of a transcript with what the commands print now in the place of what they printed before.
 *
 * @throws Where a command cannot be run; the message names its line.
 */
export function replay(transcript: string, run: Run): string {
  const lines: string[] = [];
  let afterOutput = false;
  for (const [i, line] of transcript.split("\n").entries()) {
    const isCommand = line.startsWith(">");
    if (line !== "" && !isCommand && !line.startsWith("#")) continue;
    if (afterOutput && line !== "") lines.push("");
    lines.push(line);
    const output = isCommand ? runLine(line.slice(1), i + 1, run) : [];
    lines.push(...output);
    afterOutput = output.length > 0;
  }
  return lines.join("\n");
}

/** The comment with which the transcript begins. */
export function introduction(transcript: string): string {
  const lines = transcript.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines.slice(0, end).map((line) => line.slice(1).trim()).join(" ");
}

function runLine(command: string, number: number, run: Run): readonly string[] {
  try {
    return run(command);
  } catch (error) {
    throw new Error(`Line ${number}, "${command.trim()}": ${error instanceof Error ? error.message : error}`);
  }
}
