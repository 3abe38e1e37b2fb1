/**
 * Formats and their versions.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import * as E from "fp-ts/Either";
import {
  agreeOn,
  ANNOUNCEMENT,
  type Format,
  FORMAT_HEADER,
  type FormatError,
  type FormatName,
  FORMATS,
  readFormat,
  type Version,
  writeAnnouncement,
  writeFormat,
  Writer,
} from "../../effects/wire/mod.ts";

const NAMES = Object.keys(FORMATS) as readonly FormatName[];

describe("A format", () => {
  for (const name of NAMES) {
    it(`${name} is read in the version in which it is written`, () => {
      const bytes = header(name);
      assertEquals(bytes.length, FORMAT_HEADER);
      assertEquals(readFormat(bytes, name), E.right(FORMATS[name].newest));
      assertEquals(readFormat(Uint8Array.of(...bytes, 1, 2, 3), name), E.right(FORMATS[name].newest));
    });

    it(`${name} is not taken for another one, or for anything else`, () => {
      for (const other of NAMES.filter((other) => other !== name)) assertIsOther(header(other), name);
      assertIsOther(new Uint8Array(20), name);
      const bytes = header(name);
      for (let length = 0; length < bytes.length; length++) assertIsOther(bytes.subarray(0, length), name);
    });
  }

  it("is refused by name in a newer major version", () => {
    const bytes = header("recording", version(2, 0), version(1, 0));
    const message = "Cannot read: recording format 2.0 is newer than 1.x, which this version reads.";
    assertEquals(readFormat(bytes, "recording"), E.left({ type: "NewerVersion", message }));
    assert(E.isLeft(readFormat(header("segment", version(65_535, 65_535), version(1, 0)), "segment")));
  });

  it("is read in a later minor version", () => {
    assertEquals(readFormat(header("segment", version(1, 300), version(1, 0)), "segment"), E.right(version(1, 300)));
  });

  it("is read in the versions before, as far back as this one goes, and refused by name before that", () => {
    const format: Format = { magic: "RFsg", newest: version(3, 1), oldest: version(2, 4) };
    for (const known of [version(3, 1), version(3, 0), version(2, 9), version(2, 4)]) {
      assertEquals(readFormat(header("segment", known, known), "segment", format), E.right(known));
    }
    const message = "Cannot read: segment format 2.3 is older than 2.4, the oldest that this version reads.";
    const refused = readFormat(header("segment", version(2, 3), version(1, 0)), "segment", format);
    assertEquals(refused, E.left({ type: "OlderVersion", message }));
  });
});

describe("Two programs", () => {
  it("speak the newest version that both of them know", () => {
    const versions = [version(1, 0), version(1, 1), version(2, 0), version(2, 1), version(3, 0)];
    for (const [ours, oursOldest] of pairs(versions)) {
      for (const [theirs, theirsOldest] of pairs(versions)) {
        const one = agreed(announcement(theirs, theirsOldest), ours, oursOldest);
        const two = agreed(announcement(ours, oursOldest), theirs, theirsOldest);
        // They come to the same version, or both find that there is none.
        const older = versions[Math.min(versions.indexOf(ours), versions.indexOf(theirs))];
        const isSpoken = [oursOldest, theirsOldest].every((oldest) =>
          versions.indexOf(oldest) <= versions.indexOf(older)
        );
        if (isSpoken) assertEquals([one, two], [E.right(older), E.right(older)]);
        else assertEquals([typeOf(one), typeOf(two)].sort(), ["NewerVersion", "OlderVersion"]);
      }
    }
  });

  it("of releases that follow each other agree on the older one's", () => {
    const [older, newer] = [version(1, 4), version(2, 0)];
    assertEquals(agreed(announcement(newer, older), older, version(1, 0)), E.right(older));
    assertEquals(agreed(announcement(older, version(1, 0)), newer, older), E.right(older));
  });

  it("that have no version in common say so by name", () => {
    const apart = agreed(announcement(version(3, 0), version(2, 0)), version(1, 5), version(1, 0));
    assertEquals(typeOf(apart), "NewerVersion");
    assertEquals(
      typeOf(agreed(announcement(version(1, 5), version(1, 0)), version(3, 0), version(2, 0))),
      "OlderVersion",
    );
  });

  it("do not take anything else for an announcement", () => {
    const bytes = announcement(version(1, 0), version(1, 0));
    assertEquals(bytes.length, ANNOUNCEMENT);
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(typeOf(agreeOn(bytes.subarray(0, length), "handshake")), "OtherFormat");
    }
    assertEquals(typeOf(agreeOn(new Uint8Array(20), "handshake")), "OtherFormat");
    assertEquals(agreeOn(bytes, "handshake"), E.right(version(1, 0)));
  });
});

function version(major: number, minor: number): Version {
  return { major, minor };
}

function pairs(versions: readonly Version[]): readonly (readonly [newest: Version, oldest: Version])[] {
  return versions.flatMap((newest, i) => versions.slice(0, i + 1).map((oldest) => [newest, oldest] as const));
}

function header(name: FormatName, newest = FORMATS[name].newest, oldest = FORMATS[name].oldest): Uint8Array {
  const writer = new Writer();
  writeFormat(writer, name, { magic: FORMATS[name].magic, newest, oldest });
  return writer.copy();
}

function announcement(newest: Version, oldest: Version): Uint8Array {
  const writer = new Writer();
  writeAnnouncement(writer, "handshake", { magic: "RFhs", newest, oldest });
  return writer.copy();
}

function agreed(bytes: Uint8Array, newest: Version, oldest: Version): E.Either<FormatError, Version> {
  return agreeOn(bytes, "handshake", { magic: "RFhs", newest, oldest });
}

function typeOf(result: E.Either<FormatError, Version>): string {
  return E.isLeft(result) ? result.left.type : "none";
}

function assertIsOther(bytes: Uint8Array, name: FormatName): void {
  assertEquals(readFormat(bytes, name), E.left({ type: "OtherFormat", message: `Cannot read: this is no ${name}.` }));
}
