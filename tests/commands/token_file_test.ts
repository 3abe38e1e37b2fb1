/** A token in a file, which may change while a node runs. */
import { assertEquals, assertThrows } from "@std/assert";
import * as O from "fp-ts/Option";
import { SimulatedClock } from "../../effects/clock/simulated_clock.ts";
import type { Logger } from "../../effects/logging/logger.ts";
import { tokenFile } from "../../effects/serve/token_file.ts";
import { testsThatNeed } from "../permissions.ts";
import { inFolder } from "../processes/fake.ts";

const test = testsThatNeed("read", "write");

/** A file, whose changes show in its time, also where they are made at once. */
class TokenFile {
  readonly clock = new SimulatedClock();
  readonly events: string[] = [];
  readonly logger: Logger = { log: (level, message) => void this.events.push(`${level}: ${message}`) };
  #seconds = 1_000_000;

  constructor(readonly path: string) {}

  write(text: string): void {
    Deno.writeTextFileSync(this.path, text);
    Deno.utimeSync(this.path, ++this.#seconds, this.#seconds);
  }

  open(): () => O.Option<string> {
    return tokenFile(this.path, this.clock, this.logger);
  }
}

function withFile(work: (file: TokenFile) => Promise<void> | void): () => Promise<void> {
  return () => inFolder(async (folder) => await work(new TokenFile(`${folder}/token`)));
}

test(
  "the token is the first line, without blanks around it",
  withFile((file) => {
    for (const text of ["secret", "secret\n", "  secret \r\nand more\n"]) {
      file.write(text);
      assertEquals(file.open()(), O.some("secret"));
    }
  }),
);

test(
  "a file that is missing or whose first line is empty is refused, and named",
  withFile((file) => {
    assertThrows(() => file.open(), Error, `Cannot read the token file ${file.path}: `);
    for (const text of ["", "\n", " \nsecret"]) {
      file.write(text);
      assertThrows(() => file.open(), Error, `Cannot use the token file ${file.path}: its first line is empty.`);
    }
  }),
);

test(
  "a new token counts after a second at the latest",
  withFile(async (file) => {
    file.write("old");
    const token = file.open();
    file.write("new");
    assertEquals(token(), O.some("old"), "the file is not looked at for every request");
    await file.clock.advance(1_000);
    assertEquals(token(), O.some("new"));
    await file.clock.advance(1_000);
    assertEquals(token(), O.some("new"));
    assertEquals(file.events, ["info: The token was read again"]);
  }),
);

test(
  "where there is no token any more, the last one stays, and somebody is warned",
  withFile(async (file) => {
    file.write("old");
    const token = file.open();
    file.write("");
    await file.clock.advance(1_000);
    assertEquals(token(), O.some("old"));
    Deno.removeSync(file.path);
    await file.clock.advance(1_000);
    assertEquals(token(), O.some("old"));
    file.write("new");
    await file.clock.advance(1_000);
    assertEquals(token(), O.some("new"));
    const warning = "warn: The token file cannot be read; the last token stays";
    assertEquals(file.events, [warning, warning, "info: The token was read again"]);
  }),
);
