/** The address of an instant, as text. */
import { assertEquals } from "@std/assert";
import { formatAddress, parseAddress } from "../../effects/viewer/page/address.ts";

Deno.test("an address names the step of the story, and the step of its node", () => {
  for (
    const [hash, address] of [
      ["#step=3806", { step: 3806, at: null }],
      ["#step=3806&at=4.1.812", { step: 3806, at: { node: 4, run: 1, step: 812 } }],
    ] as const
  ) {
    assertEquals(parseAddress(hash), address);
    assertEquals(formatAddress(address), hash);
  }
  assertEquals(parseAddress("at=4.1.812&step=7&more"), { step: 7, at: { node: 4, run: 1, step: 812 } });
});

Deno.test("what names no step is no address, and of what names no step of a node the number is left", () => {
  for (const hash of ["", "#", "#step=", "#step=x", "#step=-1", "#step=1.5", "#step=1e99", "#at=4.1.812"]) {
    assertEquals(parseAddress(hash), hash === "#step=" ? { step: 0, at: null } : null, hash);
  }
  for (const at of ["", "4", "4.1", "4.1.x", "4.1.2.3", "4.1.99999999999999999999"]) {
    assertEquals(parseAddress(`#step=3&at=${at}`), { step: 3, at: null }, at);
  }
});
