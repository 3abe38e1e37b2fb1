/**
 * Hunts in the copy of the sources that this file is in, and writes what it has found as one line of JSON.
 *
 * @module
 */
import type { Detector, Found } from "./detector.ts";

const detector: Detector = JSON.parse(Deno.args[0] ?? "{}");
const found: Found = detector.by === "simulator"
  ? await (await import("./hunt_simulator.ts")).hunt(detector)
  : await (await import("./hunt_explorer.ts")).hunt(detector);
console.log(JSON.stringify(found));
