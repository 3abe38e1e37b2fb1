/**
 * Applying a committed configuration change (§6).
 *
 * @module
 */
import * as E from "fp-ts/Either";
import * as O from "fp-ts/Option";
import { committedIndex } from "./commit.ts";
import { changeConfiguration, type Changed } from "./conf_change.ts";
import { isLearner, isVoter, positionOf } from "./configuration.ts";
import { draft, draftLeader, withProgress } from "./draft.ts";
import { fault, type Handled, silently } from "./handled.ts";
import type { ApplyConfChange } from "./message.ts";
import type { Leader, Node } from "./node.ts";
import { newMemberProgress, type Progress } from "./progress.ts";
import { Replication } from "./replicate.ts";
import { becomeFollower } from "./roles.ts";
import { abortedTransfer, withTransfer } from "./transfer.ts";

/** The change takes effect on this node. */
export function stepApplyConfChange(node: Node, message: ApplyConfChange): Handled {
  const changed = changeConfiguration(node.configuration, message.change);
  if (E.isLeft(changed)) return fault(node, { type: "ConfChangeNotApplicable", error: changed.left });
  if (node.role === "leader") return reconfigureLeader(node, changed.right);
  const after = draft(node);
  after.configuration = changed.right.configuration;
  return silently(after);
}

function reconfigureLeader(leader: Leader, changed: Changed): Handled {
  const { configuration } = changed;
  const after = draftLeader(leader);
  after.configuration = configuration;
  const progress = progressIn(leader, changed);
  after.own = withProgress(leader.own, progress);
  if (positionOf(configuration, leader.id) < 0 || isLearner(configuration, leader.id)) {
    // "The leader steps down once it has committed the Cnew log entry" (§6), or goes on without counting itself.
    return silently(leader.options.stepDownOnRemoval ? becomeFollower(after, leader.term, O.none) : after);
  }
  if (configuration.voters.length === 0) return silently(after);
  // With fewer voters, more may be committed; new members need not wait for the next proposal.
  after.commit = committedIndex(after, progress);
  const replication = new Replication(after, 0);
  replication.appendToAll(after.commit > leader.commit);
  const { transfer } = leader.own;
  if (O.isSome(transfer) && !isVoter(configuration, transfer.value.transferee)) {
    after.own = withTransfer(after.own, O.none);
    const aborted = abortedTransfer(leader, "TransfereeUnknown");
    if (O.isSome(aborted)) replication.say(aborted.value);
  }
  return replication.handled();
}

function progressIn(leader: Leader, { configuration, fresh }: Changed): readonly Progress[] {
  return configuration.members.map((id) => {
    const position = positionOf(leader.configuration, id);
    return position < 0 || fresh.includes(id) ? newMemberProgress(leader.log.lastIndex) : leader.own.progress[position];
  });
}
