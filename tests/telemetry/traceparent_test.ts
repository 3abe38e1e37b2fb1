import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { parseTraceparent } from "../../effects/telemetry/mod.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const ZEROS = "0".repeat(32);

Deno.test("parseTraceparent() reads what the standard allows, also of later versions", () => {
  for (
    const [header, flags] of [[`00-${TRACE}-${SPAN}-01`, 1], [`00-${TRACE}-${SPAN}-00`, 0], [
      `cc-${TRACE}-${SPAN}-ff-more`,
      255,
    ]] as const
  ) {
    assertEquals(parseTraceparent(header), O.some({ traceId: TRACE, spanId: SPAN, flags }));
  }
});

Deno.test("parseTraceparent() takes nothing else", () => {
  const wrong = [
    "",
    TRACE,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${ZEROS}-${SPAN}-01`,
    `00-${TRACE}-${ZEROS.slice(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-011`,
    `00-${TRACE}${SPAN}-01`,
    `00-${TRACE}-${SPAN}-0g`,
    ` 00-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01-${"x".repeat(300)}`,
  ];
  for (const header of wrong) assertEquals(parseTraceparent(header), O.none, header);
});
