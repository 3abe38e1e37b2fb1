/**
 * A stand-in for `jsr:@std/testing/bdd`, so that the tests run where JSR cannot be reached.
 *
 * It has the part of the real package that nests by callbacks: whatever compiles with it compiles with the real one and
 * runs alike. A suite on the top level is one `Deno.test`, what is inside are its steps. Without the `links` of the
 * top-level `deno.json` the real package is used.
 *
 * @module
 */

type TestFn = (t: Deno.TestContext) => void | Promise<void>;
type Hook = () => void | Promise<void>;
type Options = Pick<Deno.TestDefinition, "ignore" | "only" | "permissions" | "sanitizeOps" | "sanitizeResources">;

/** What `describe` and `it` have in common: a name, options if need be, and a function. */
interface Register<F> {
  (name: string, fn: F): void;
  (name: string, options: Options, fn: F): void;
  /** Runs only this one (of its file, if it is on the top level). */
  only(name: string, fn: F): void;
  /** Does not run this one. */
  ignore(name: string, fn: F): void;
  /** The same as `ignore`. */
  skip(name: string, fn: F): void;
}

interface Case {
  readonly name: string;
  readonly options: Options;
  /** A suite has children, a test case has a function. */
  readonly body: Suite | TestFn;
}

interface Suite {
  readonly children: Case[];
  readonly beforeAll: Hook[];
  readonly afterAll: Hook[];
  readonly beforeEach: Hook[];
  readonly afterEach: Hook[];
}

/** What `describe` is collecting just now; the bottom one holds the hooks of the file. */
const suites: Suite[] = [newSuite()];

/** Groups the test cases and suites that `fn` registers. */
export const describe: Register<() => void> = register((name, options, fn) => {
  const suite = newSuite();
  suites.push(suite);
  try {
    fn();
  } finally {
    suites.pop();
  }
  add({ name, options, body: suite });
});

/** Registers one test case. */
export const it: Register<TestFn> = register((name, options, fn) => add({ name, options, body: fn }));

/** The same as `it`. */
export const test: Register<TestFn> = it;

/** Runs `fn` once before the first test case of the suite. */
export function beforeAll(fn: Hook): void {
  current().beforeAll.push(fn);
}

/** Runs `fn` once after the last test case of the suite. */
export function afterAll(fn: Hook): void {
  current().afterAll.push(fn);
}

/** Runs `fn` before each test case of the suite and of the suites inside it. */
export function beforeEach(fn: Hook): void {
  current().beforeEach.push(fn);
}

/** Runs `fn` after each test case of the suite and of the suites inside it, also after a failed one. */
export function afterEach(fn: Hook): void {
  current().afterEach.push(fn);
}

function register<F>(run: (name: string, options: Options, fn: F) => void): Register<F> {
  const withOptions = (extra: Options) => (name: string, a: Options | F, b?: F): void =>
    b === undefined ? run(name, extra, a as F) : run(name, { ...a as Options, ...extra }, b);
  const ignore = withOptions({ ignore: true });
  return Object.assign(withOptions({}), { only: withOptions({ only: true }), ignore, skip: ignore });
}

function add(child: Case): void {
  if (suites.length > 1) return void current().children.push(child);
  const file = current();
  if (file.beforeAll.length + file.afterAll.length > 0) {
    throw new Error("Cannot run beforeAll or afterAll on the top level of a file: put them into a describe");
  }
  Deno.test({ ...child.options, name: child.name, fn: (t) => runCase(t, child, [file]) });
}

/** Runs a case inside its suites, the outermost first. */
async function runCase(t: Deno.TestContext, { body }: Case, outer: readonly Suite[]): Promise<void> {
  if (typeof body !== "function") return await runSuite(t, body, [...outer, body]);
  try {
    for (const suite of outer) await runHooks(suite.beforeEach);
    await body(t);
  } finally {
    for (const suite of outer.toReversed()) await runHooks(suite.afterEach);
  }
}

async function runSuite(t: Deno.TestContext, suite: Suite, within: readonly Suite[]): Promise<void> {
  const only = suite.children.some((child) => child.options.only);
  try {
    await runHooks(suite.beforeAll);
    for (const child of suite.children) {
      await t.step({
        name: child.name,
        ignore: child.options.ignore || (only && !child.options.only),
        sanitizeOps: child.options.sanitizeOps,
        sanitizeResources: child.options.sanitizeResources,
        fn: (step) => runCase(step, child, within),
      });
    }
  } finally {
    await runHooks(suite.afterAll);
  }
}

async function runHooks(hooks: readonly Hook[]): Promise<void> {
  for (const hook of hooks) await hook();
}

function newSuite(): Suite {
  return { children: [], beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
}

function current(): Suite {
  return suites[suites.length - 1];
}
