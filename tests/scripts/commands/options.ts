/**
 * The options of a node as settings of a command: `pre_vote=true election_tick=20`.
 *
 * @module
 */
import * as E from "fp-ts/Either";
import { DEFAULT_OPTIONS, type Options, options as checkOptions } from "../../../core/mod.ts";
import type { Arguments } from "./arguments.ts";

/** `base` with what the command says; names are in snake case. */
export function readOptions(base: Options, args: Arguments): Options {
  const read = { ...base };
  read.electionTick = args.numberSetting("election_tick", base.electionTick);
  read.heartbeatTick = args.numberSetting("heartbeat_tick", base.heartbeatTick);
  read.maxSizePerMsg = args.numberSetting("max_size_per_msg", base.maxSizePerMsg);
  read.maxInflightMsgs = args.numberSetting("max_inflight_msgs", base.maxInflightMsgs);
  read.maxInflightBytes = args.numberSetting("max_inflight_bytes", base.maxInflightBytes);
  read.maxUncommittedSize = args.numberSetting("max_uncommitted_size", base.maxUncommittedSize);
  read.checkQuorum = flag(args, "check_quorum", base.checkQuorum);
  read.preVote = flag(args, "pre_vote", base.preVote);
  read.readOnlyOption = flag(args, "lease_reads", base.readOnlyOption === "leaseBased") ? "leaseBased" : "safe";
  read.disableProposalForwarding = flag(args, "disable_proposal_forwarding", base.disableProposalForwarding);
  read.disableConfChangeValidation = flag(args, "disable_conf_change_validation", base.disableConfChangeValidation);
  read.stepDownOnRemoval = flag(args, "step_down_on_removal", base.stepDownOnRemoval);
  const checked = checkOptions(read);
  if (E.isLeft(checked)) throw new Error(checked.left.message);
  return checked.right;
}

/** Where a command starts if there is no node yet. */
export const FIRST_OPTIONS: Options = DEFAULT_OPTIONS;

function flag(args: Arguments, name: string, otherwise: boolean): boolean {
  switch (args.setting(name)) {
    case undefined:
      return otherwise;
    case "true":
      return true;
    case "false":
      return false;
    default:
      throw new Error(`Cannot use ${name}: it is true or false.`);
  }
}
