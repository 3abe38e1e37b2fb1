/**
 * Raft as a fold: the whole protocol is one pure function from a node and a message to a node and an outbox. This module
 * needs nothing of the machine it runs on.
 *
 * @module
 */
export { campaign, type CampaignKind, isPromotable, type WhyNot } from "./campaign.ts";
export * from "./conf_change.ts";
export * from "./conf_change_bytes.ts";
export * from "./configuration.ts";
export * from "./entry.ts";
export * from "./inflights.ts";
export * from "./log.ts";
export * from "./message.ts";
export * from "./node.ts";
export * from "./options.ts";
export * from "./outbox.ts";
export * from "./progress.ts";
export * from "./quorum.ts";
export * from "./snapshot.ts";
export * from "./start.ts";
export * from "./step.ts";
export { checkVote, grantVote, tally, type WhyRefused } from "./vote.ts";
