/**
 * `/metrics`: everything that can be counted, in the text format of Prometheus.
 *
 * | name                                     | type      | labels                         | what it says                                                    |
 * | ---------------------------------------- | --------- | ------------------------------ | --------------------------------------------------------------- |
 * | `raftfold_info`                          | gauge     | `cluster`, `node`, `incarnation` | Always 1; the labels say which node this is.                  |
 * | `raftfold_running`                       | gauge     |                                | 1 until the node has stopped.                                   |
 * | `raftfold_role`                          | gauge     | `role`                         | 1 for the role that the node has, 0 for the others.             |
 * | `raftfold_leader_id`                     | gauge     |                                | The leader as far as it is known; 0 if none is.                 |
 * | `raftfold_term`                          | gauge     |                                | The latest term that the node has seen.                         |
 * | `raftfold_log_first_index`               | gauge     |                                | The first entry of the log that is still there.                 |
 * | `raftfold_log_last_index`                | gauge     |                                | The last entry of the log.                                      |
 * | `raftfold_log_stable_index`              | gauge     |                                | The last entry that is known to be durable.                     |
 * | `raftfold_commit_index`                  | gauge     |                                | The last entry that is known to be committed.                   |
 * | `raftfold_applied_index`                 | gauge     |                                | The last entry that is applied.                                 |
 * | `raftfold_snapshot_index`                | gauge     |                                | The last entry in the newest snapshot; 0 without one.           |
 * | `raftfold_members`                       | gauge     | `part`                         | Members of the applied configuration.                           |
 * | `raftfold_member_connected`              | gauge     | `member`                       | 1 if messages to the member have a connection.                  |
 * | `raftfold_member_match_index`            | gauge     | `member`                       | On the leader: the last entry that the member is known to hold. |
 * | `raftfold_requests_waiting`              | gauge     |                                | Requests that wait for the node's answer.                       |
 * | `raftfold_turns_total`                   | counter   |                                | Turns in which the node took messages.                          |
 * | `raftfold_messages_total`                | counter   |                                | Messages that the node took, its own included.                  |
 * | `raftfold_refused_total`                 | counter   |                                | Messages that no correct peer sends.                            |
 * | `raftfold_groups_total`                  | counter   |                                | Groups of writes to the log.                                    |
 * | `raftfold_syncs_total`                   | counter   |                                | Writes to the log that were made durable.                       |
 * | `raftfold_slow_syncs_total`              | counter   |                                | Of these, those that took long.                                 |
 * | `raftfold_applied_entries_total`         | counter   |                                | Entries that were applied.                                      |
 * | `raftfold_apply_batches_total`           | counter   |                                | Batches in which they were applied.                             |
 * | `raftfold_slow_applies_total`            | counter   |                                | Of these, those that took long.                                 |
 * | `raftfold_read_rounds_total`             | counter   |                                | Rounds of messages that confirmed reads.                        |
 * | `raftfold_lease_reads_total`             | counter   |                                | Reads that were answered under a lease.                         |
 * | `raftfold_snapshots_made_total`          | counter   |                                | Snapshots that this node has made.                              |
 * | `raftfold_snapshots_sent_total`          | counter   |                                | Snapshots that have arrived at a peer.                          |
 * | `raftfold_snapshots_failed_total`        | counter   |                                | Snapshots that have not.                                        |
 * | `raftfold_peers_refused_total`           | counter   |                                | Connections of peers that came with another data folder.        |
 * | `raftfold_violations_total`              | counter   |                                | Messages that no node of this version sends.                    |
 * | `raftfold_transport_violations_total`    | counter   |                                | Connections that were refused or closed because of what came on them. |
 * | `raftfold_http_requests_total`           | counter   | `method`, `route`, `status`    | Requests that were answered.                                    |
 * | `raftfold_http_request_duration_seconds` | histogram | `method`, `route`              | From a request's headers to its answer.                         |
 * | `raftfold_http_requests_waiting`         | gauge     |                                | Requests that wait for the node.                                |
 * | `raftfold_http_buffered_bytes`           | gauge     |                                | Room that is kept for the bodies of requests.                   |
 *
 * Any other counter `someThing` in `Status.counters` is `raftfold_some_thing_total`. A program may add metrics of its own.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { METRICS_CONTENT_TYPE, metricsText } from "../telemetry/metric.ts";
import type { Answer, Call } from "./call.ts";
import { textReply } from "./reply.ts";

/** All metrics. A scraper may add parameters to the URL: they mean nothing. */
export function getMetrics({ service }: Call): Answer {
  return E.right(textReply(metricsText(service.metrics()), METRICS_CONTENT_TYPE));
}
