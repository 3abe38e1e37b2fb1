/**
 * RaftKV over HTTP: values, scans, membership, health and metrics.
 *
 * | path              | methods          | module              |
 * | ----------------- | ---------------- | ------------------- |
 * | `/raw/{cf}/{key}` | GET, PUT, DELETE | `raw.ts`            |
 * | `/raw/{cf}`       | GET              | `scan.ts`           |
 * | `/kv/{key}`       | GET, PUT, DELETE | `kv.ts`             |
 * | `/status`         | GET              | `node_view.ts`      |
 * | `/health`         | GET              | `node_view.ts`      |
 * | `/leader`         | GET              | `node_view.ts`      |
 * | `/members`        | GET, POST        | `member_changes.ts` |
 * | `/members/{id}`   | DELETE           | `member_changes.ts` |
 * | `/transfer`       | POST             | `member_changes.ts` |
 * | `/metrics`        | GET              | `metrics.ts`        |
 * | `/backup`         | GET              | `backup.ts`         |
 *
 * Every path has `HEAD` where it has `GET`. Every error is JSON: `problem.ts` says how, `node_problem.ts` which error of the
 * node has which status, `limits.ts` what a client may take.
 *
 * @module
 */
export { type KvNode } from "./call.ts";
export { DEFAULT_LIMITS, type HttpLimits } from "./limits.ts";
export { type LeaderHint, type Problem, type ProblemDetail, type ProblemType } from "./problem.ts";
export { type HttpServer, httpServer, type HttpServerError, type HttpServerOptions } from "./server.ts";
export { isSameSecret } from "./token.ts";
