/**
 * The messages on their way against a plain array.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { addInflight, freeInflights, type Inflights, listInflights, NO_INFLIGHTS } from "../core/mod.ts";

type Model = readonly (readonly [index: number, bytes: number])[];

/** A version of the queue and what it holds. */
interface Version {
  readonly inflights: Inflights;
  readonly model: Model;
}

/** Adds a message some entries on, or frees up to some entries behind the first message. */
type Operation =
  | { readonly type: "add"; readonly of: number; readonly entries: number; readonly bytes: number }
  | { readonly type: "free"; readonly of: number; readonly ahead: number };

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    type: fc.constant("add" as const),
    of: fc.nat({ max: 40 }),
    entries: fc.integer({ min: 1, max: 5 }),
    bytes: fc.nat({ max: 100 }),
  }),
  fc.record({ type: fc.constant("free" as const), of: fc.nat({ max: 40 }), ahead: fc.nat({ max: 12 }) }),
);

describe("Inflights", () => {
  it("hold in every version what an array would hold, also in versions that others were made of", () => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 60 }), (list) => {
        const versions: Version[] = [{ inflights: NO_INFLIGHTS, model: [] }];
        for (const operation of list) {
          // Mostly the newest version goes on, sometimes an older one.
          const position = operation.of < 30 ? versions.length - 1 : operation.of % versions.length;
          versions.push(operate(versions[position], operation));
        }
        for (const version of versions) assertAgrees(version);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("are freed from the oldest on, a message when its last entry is acknowledged", () => {
    const three = [3, 5, 9].reduce((inflights, index) => addInflight(inflights, index, 10), NO_INFLIGHTS);
    assertEquals(listInflights(freeInflights(three, 2)), [[3, 10], [5, 10], [9, 10]]);
    assertEquals(listInflights(freeInflights(three, 3)), [[5, 10], [9, 10]]);
    assertEquals(listInflights(freeInflights(three, 8)), [[9, 10]]);
    assertEquals(listInflights(freeInflights(three, 9)), []);
  });

  it("count their messages and bytes", () => {
    const two = addInflight(addInflight(NO_INFLIGHTS, 1, 7), 2, 5);
    assertEquals([two.count, two.bytes], [2, 12]);
    const one = freeInflights(two, 1);
    assertEquals([one.count, one.bytes], [1, 5]);
  });

  it("are the very same when nothing is freed", () => {
    const one = addInflight(NO_INFLIGHTS, 4, 1);
    assertEquals(freeInflights(one, 3) === one && freeInflights(NO_INFLIGHTS, 9) === NO_INFLIGHTS, true);
  });
});

function operate({ inflights, model }: Version, operation: Operation): Version {
  switch (operation.type) {
    case "add": {
      const index = (model.length > 0 ? model[model.length - 1][0] : 0) + operation.entries;
      const { bytes } = operation;
      return { inflights: addInflight(inflights, index, bytes), model: [...model, [index, bytes]] };
    }
    case "free": {
      const to = (model.length > 0 ? model[0][0] : 0) + operation.ahead - 2;
      return { inflights: freeInflights(inflights, to), model: model.filter(([index]) => index > to) };
    }
  }
}

function assertAgrees({ inflights, model }: Version): void {
  assertEquals(listInflights(inflights), model);
  assertEquals([inflights.count, inflights.bytes], [model.length, model.reduce((sum, [, bytes]) => sum + bytes, 0)]);
}
