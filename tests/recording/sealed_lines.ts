/**
 * Makes the checks of the text right in lines that a test has changed, so that what else is wrong with them shows.
 *
 * @module
 */
import { digits } from "../../effects/recording/hash.ts";
import { checkOf, LineText, NO_TEXT } from "../../effects/recording/line_text.ts";

const SEAL = /,"text":"[0-9a-f]{8}"\}$/;

/** The same lines, and every check in them is that of the text before it. */
export function sealed(lines: readonly string[]): readonly string[] {
  const text = new LineText();
  let sum = NO_TEXT;
  return lines.map((line) => {
    const open = line.replace(SEAL, "");
    text.set(open);
    sum = text.sum(sum);
    return open === line ? line : `${open},"text":"${digits(checkOf(sum))}"}`;
  });
}
