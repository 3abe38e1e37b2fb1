/**
 * The logs side by side, as in Figure 7 of the paper: a row for each node, a column for each index, the terms in the cells.
 *
 * @module
 */
import type { JSX } from "preact";
import type { NodeView } from "../moment.ts";
import { branch, moment } from "./store.ts";
import { Shape, shownRole } from "./shape.tsx";

/** The logs. */
export function Logs(): JSX.Element | null {
  const { value } = moment;
  if (value === null) return null;
  const indexes = Array.from({ length: value.window.count }, (_, i) => value.window.from + i);
  return (
    <section class="logs" aria-labelledby="logs">
      <h2 id="logs">Logs</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Logs, side by side">
        <table>
          <thead>
            <tr>
              <th scope="col">index</th>
              {indexes.map((index, i) => <th key={i} scope="col">{index}</th>)}
            </tr>
          </thead>
          <tbody>{value.nodes.map((node) => <Row key={node.id} node={node} indexes={indexes} />)}</tbody>
        </table>
      </div>
      <p class="legend">
        Cells hold terms: <span class="cell committed">3</span> committed, as far as the node knows,{" "}
        <span class="cell">3</span> not yet, <span class="cell unstable">3</span> not on its disk, <u>3</u> no command.
      </p>
    </section>
  );
}

function Row({ node, indexes }: { node: NodeView; indexes: readonly number[] }): JSX.Element {
  const lane = branch.value?.nodes.indexOf(node.id) ?? 0;
  return (
    <tr class={node.changed.includes("log") || node.changed.includes("commit") ? "changed" : ""} data-lane={lane}>
      <th scope="row">
        <Shape role={shownRole(node)} /> {node.id}
      </th>
      {indexes.map((index, i) => <Cell key={i} node={node} index={index} term={node.log[i] ?? 0} />)}
    </tr>
  );
}

function Cell({ node, index, term }: { node: NodeView; index: number; term: number }): JSX.Element {
  if (term === 0) {
    const compacted = index <= node.snapshot.index;
    return (
      <td
        class={compacted ? "compacted" : "empty"}
        title={compacted ? `in the snapshot at ${node.snapshot.index}` : ""}
      />
    );
  }
  const kinds = ["cell", `term${term % 6}`];
  if (index <= node.commit) kinds.push("committed");
  if (index > node.stable) kinds.push("unstable");
  const special = node.special[index];
  const what = `${index} of term ${term}${special === undefined ? "" : `, ${special}`}${
    index <= node.commit ? ", committed" : ""
  }`;
  return <td class={kinds.join(" ")} title={what}>{special === undefined ? term : <u>{term}</u>}</td>;
}
