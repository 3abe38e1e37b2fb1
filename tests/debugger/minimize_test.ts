import { assert, assertEquals } from "@std/assert";
import { minimize, minimizeWith } from "../../effects/debugger/minimize.ts";

const NUMBERS = Array.from({ length: 200 }, (_, i) => i);

Deno.test("minimize() leaves exactly what is needed", () => {
  for (const needed of [[], [0], [199], [3, 4], [0, 99, 100, 199]]) {
    const holds = (part: readonly number[]): boolean => needed.every((one) => part.includes(one));
    assertEquals(minimize(NUMBERS, holds), needed);
  }
});

Deno.test("nothing can be taken away alone from what minimize() leaves", () => {
  const holds = (part: readonly number[]): boolean =>
    part.filter((n) => n % 3 === 0).length >= 5 && part.length % 2 === 1;
  const least = minimize(NUMBERS.slice(0, 51), holds);
  assert(holds(least));
  least.forEach((_, i) => assert(!holds(least.toSpliced(i, 1))));
});

Deno.test("minimize() tries at most as often as it may, and says how far it is", () => {
  const seen: [number, number][] = [];
  const least = minimize(NUMBERS, (part) => part.includes(7), {
    tries: 5,
    tried: (tries, length) => void seen.push([tries, length]),
  });
  assert(least.includes(7) && least.length > 1);
  assertEquals(seen.map(([tries]) => tries), [1, 2, 3, 4, 5]);
});

Deno.test("minimizeWith() goes on with what an attempt says is enough", () => {
  let attempts = 0;
  const least = minimizeWith(NUMBERS, (part) => {
    attempts++;
    const at = part.indexOf(120);
    return at < 0 ? null : part.slice(0, at + 1).filter((n) => n >= 110);
  });
  assertEquals(least, [120]);
  assert(attempts < 20, `${attempts} attempts`);
});
