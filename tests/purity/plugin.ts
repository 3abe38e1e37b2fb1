/**
 * A linter for `core/`: what the compiler lets pass although it would make the reducer impure or unsound.
 *
 * The rules judge only the files of the `core/` folder beside this `tests/` folder. `deno lint` loads them through
 * `deno.json`; cycles of imports, which a linter for single files cannot see, are the business of `cycles.ts`.
 *
 * @module
 */
import { pathToFileURL } from "node:url";

type Node = Deno.lint.Node;

/**
 * The names through which a program gets at the world, or at code, time and memory that nobody handed to it. The
 * compiler knows most of them; what it alone refuses, like `process`, may be the name of something harmless here.
 */
const AMBIENT = new Set([
  ...["Deno", "globalThis", "window", "require", "console", "fetch", "crypto", "performance"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "queueMicrotask"],
  ...["eval", "Function", "WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics", "Intl", "Temporal"],
]);

/** These modules of fp-ts wrap what is ambient. */
const IMPURE_FP_TS = /\/(Console|Date|Random)\b/;

const CORE = new URL("../../core/", import.meta.url).href;

const plugin: Deno.lint.Plugin = {
  name: "purity",
  rules: {
    "no-ambient": inCore((report) => ({
      Identifier(node) {
        if (AMBIENT.has(node.name) && !isMemberName(node)) {
          report(node, `Cannot use \`${node.name}\` in core/: the reducer sees its two arguments and nothing else.`);
        }
      },
    })),

    "no-date": inCore((report) => ({
      Identifier(node) {
        if (node.name === "Date" && !isMemberName(node)) {
          report(node, "Cannot use `Date` in core/: time arrives in ticks.");
        }
      },
    })),

    "no-random": inCore((report) => ({
      Identifier(node) {
        if (node.name === "Math" && !isMemberName(node) && !isHarmlessMath(node.parent)) {
          report(node, "Cannot use `Math.random` in core/: randomness arrives in `Tick.random`.");
        }
      },
    })),

    "imports-stay-inside": inCore((report, file) => {
      const judge = (node: Node, specifier: string) => {
        if (specifier.startsWith("fp-ts/") && !IMPURE_FP_TS.test(specifier)) return;
        if (specifier.startsWith(".") && new URL(specifier, file).href.startsWith(CORE)) return;
        report(node, `Cannot import "${specifier}" in core/: it imports only its own files and what is pure of fp-ts.`);
      };
      return {
        ImportDeclaration: (node) => judge(node, node.source.value),
        ExportAllDeclaration: (node) => judge(node, node.source.value),
        ExportNamedDeclaration: (node) => node.source && judge(node, node.source.value),
        // `import("x")` as an expression and as a type; also where the specifier is no constant.
        ImportExpression: (node) => judge(node, "expression"),
        TSImportType: (node) => judge(node, "type"),
        TSImportEqualsDeclaration: (node) => judge(node, "require"),
      };
    }),

    "no-default-export": inCore((report) => {
      const message = "Cannot export a default from core/: everything has one name.";
      return {
        ExportDefaultDeclaration: (node) => report(node, message),
        ExportSpecifier: (node) => {
          if (node.exported.type === "Identifier" && node.exported.name === "default") report(node, message);
        },
      };
    }),

    "no-cast": inCore((report) => {
      const message = "Cannot cast in core/: narrow the type, or let the union say it. `as const` is fine.";
      return {
        TSAsExpression: (node) => {
          if (!isConst(node.typeAnnotation)) report(node, message);
        },
        TSTypeAssertion: (node) => report(node, message),
      };
    }),

    "no-non-null": inCore((report) => ({
      TSNonNullExpression: (node) => report(node, "Cannot assert non-null in core/: test for it, or use an Option."),
    })),

    "no-any": inCore((report) => ({
      TSAnyKeyword: (node) => report(node, "Cannot use `any` in core/: name the type, or use `unknown`."),
    })),

    "no-locale": inCore((report) => ({
      MemberExpression(node) {
        const name = node.property.type === "Identifier" ? node.property.name : "";
        if (/^toLocale|^localeCompare$/.test(name)) {
          report(node, `Cannot use \`${name}\` in core/: it depends on the language of the machine.`);
        }
      },
    })),

    "no-module-state": inCore((report) => ({
      NewExpression(node) {
        const name = node.callee.type === "Identifier" ? node.callee.name : "";
        if (
          /^(Weak)?(Map|Set)$/.test(name) && node.parent.type === "VariableDeclarator" && isOfModule(node.parent.parent)
        ) {
          report(
            node,
            `Cannot keep a module-wide \`${name}\` in core/: it could be changed from one step to the next.`,
          );
        }
      },
      VariableDeclaration(node) {
        if (isOfModule(node) && node.kind !== "const") {
          report(node, `Cannot declare a module-wide \`${node.kind}\` in core/: the state is what \`step\` is given.`);
        }
      },
    })),
  },
};
export default plugin;

type Report = (node: Node, message: string) => void;

function isOfModule({ parent }: Deno.lint.VariableDeclaration): boolean {
  return parent.type === "Program" || parent.type === "ExportNamedDeclaration";
}

/** A rule that looks at files of `core/` only; `file` is the URL of the file. */
function inCore(visitor: (report: Report, file: string) => Deno.lint.LintVisitor): Deno.lint.Rule {
  return {
    create(context) {
      const file = pathToFileURL(context.filename).href;
      if (!file.startsWith(CORE)) return {};
      return visitor((node, message) => context.report({ node, message }), file);
    },
  };
}

/** Whether an identifier is only the name of a member (`node.process`, `{ fetch: 1 }`), not a variable. */
function isMemberName(node: Deno.lint.Identifier): boolean {
  const parent: Node = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
      return parent.key === node && !parent.computed && !parent.shorthand;
    case "PropertyDefinition":
    case "MethodDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.key === node && !parent.computed;
    default:
      return false;
  }
}

/** Whether `Math` is used as in `Math.max`: by the name of a member that is not `random`. */
function isHarmlessMath(parent: Node): boolean {
  return parent.type === "MemberExpression" && !parent.computed && parent.property.type === "Identifier" &&
    parent.property.name !== "random";
}

function isConst(type: Deno.lint.TypeNode): boolean {
  return type.type === "TSTypeReference" && type.typeName.type === "Identifier" && type.typeName.name === "const";
}
