/**
 * Whether what was acknowledged is there: judged by keys to which one client has added one piece after the other.
 *
 * @module
 */
import type { Operation } from "../history/operation.ts";

/**
 * What is wrong with `value`, which is what was found in the end where `appends`, all of them by one client, were made:
 * every acknowledged piece must be there once and in order, one of unknown outcome at most once, and nothing else.
 */
export function missingWrites(appends: readonly Operation[], value: string | null): readonly string[] {
  const found = (value ?? "").split(/(?<=;)/).filter((piece) => piece !== "");
  const count = new Map<string, number>();
  for (const piece of found) count.set(piece, (count.get(piece) ?? 0) + 1);
  const problems: string[] = [];
  for (const { key, value, ok } of appends) {
    const piece = value ?? "";
    const times = count.get(piece) ?? 0;
    count.delete(piece);
    if (ok === true && times === 0) problems.push(`${key}: ${piece} was acknowledged, and is missing.`);
    if (ok === false && times > 0) problems.push(`${key}: ${piece} certainly had no effect, and is there.`);
    if (times > 1) problems.push(`${key}: ${piece} is there ${times} times.`);
  }
  const key = appends.at(0)?.key ?? "";
  for (const piece of count.keys()) problems.push(`${key}: ${piece} is there, and nobody has written it.`);
  if (problems.length > 0) return problems;
  // A client asks for one thing after the other, but what has no outcome may come later.
  const order = new Map(found.map((piece, at) => [piece, at]));
  const places = appends.filter(({ ok }) => ok === true).map(({ value }) => order.get(value ?? "") ?? -1);
  return places.some((place, i) => i > 0 && place < places[i - 1])
    ? [`${key}: what was acknowledged is not in order.`]
    : [];
}
