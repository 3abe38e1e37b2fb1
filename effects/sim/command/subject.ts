/**
 * What the command simulates: an application with its clients.
 *
 * @module
 */
import type { App } from "../app.ts";
import type { ClientOperation } from "../clients/operation.ts";
import { type ClientWorkload, clientWorkload } from "../clients/workload.ts";
import type { Outcome } from "../outcome.ts";
import type { Plan } from "../plan.ts";
import { runPlan } from "../run_plan.ts";
import type { SimWorld } from "../workload.ts";
import type { RunRecording } from "./recording.ts";

/** A run that is over. */
export interface SubjectRun {
  /** What came of it. */
  readonly outcome: Outcome;
  /** What clients asked for and were told, one JSON object a line. */
  history(): string;
}

/** Runs plans of an application. */
export interface Subject {
  /** Runs one, and records its nodes if a recording is given. */
  run(plan: Plan, recording?: RunRecording): Promise<SubjectRun>;
}

/** Simulates `app`; `toLines` writes what clients asked for and were told, one JSON object a line. */
export function subjectOf<Command, Reply, Query, Answer>(
  app: (plan: Plan) => App<Command, Reply, Query, Answer>,
  toLines: (operations: readonly ClientOperation<Command, Reply, Query, Answer>[]) => string = () => "",
): Subject {
  return {
    async run(plan, recording) {
      let clients: ClientWorkload<Command, Reply, Query, Answer> | null = null;
      const workload = (world: SimWorld<Command, Reply, Query, Answer>) => clients = clientWorkload(world);
      const outcome = await runPlan(app(plan), plan, recording?.hooks(workload) ?? { workload });
      return { outcome, history: () => toLines(clients?.operations ?? []) };
    },
  };
}

/** What the module at `specifier` exports as `subject`; RaftKV without one. */
export async function loadSubject(specifier: string | null): Promise<Subject> {
  const module: unknown = specifier === null ? await import("./kv_subject.ts") : await import(specifier);
  if (hasSubject(module)) return module.subject;
  throw new Error(`Cannot simulate ${specifier}: it exports no subject.`);
}

function hasSubject(module: unknown): module is { readonly subject: Subject } {
  return typeof module === "object" && module !== null && "subject" in module;
}
