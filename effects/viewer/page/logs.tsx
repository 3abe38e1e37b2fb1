/**
 * The logs side by side, as in Figure 7 of the paper: a row for each node, a column for each index, the terms in the cells.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Moment, NodeView } from "../moment.ts";
import { branch, moment } from "./store.ts";
import { Shape, shownRole } from "./shape.tsx";

/** The logs. */
export function Logs(): JSX.Element | null {
  const { value } = moment;
  const region = useRef<HTMLDivElement>(null);
  const shown = useRef("");
  useEffect(() => {
    if (value === null || region.current === null) return;
    const window = `${value.window.from} ${value.window.count}`;
    const column = columnToShow(value) ?? (window === shown.current ? null : value.window.count);
    shown.current = window;
    if (column !== null) showColumn(region.current, column);
  }, [value]);
  if (value === null) return null;
  const indexes = Array.from({ length: value.window.count }, (_, i) => value.window.from + i);
  return (
    <section class="logs" aria-labelledby="logs">
      <h2 id="logs">Logs</h2>
      <div ref={region} class="scroll" tabIndex={0} role="region" aria-label="Logs, side by side">
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
        <span class="cell">3</span> not yet, <span class="cell unstable">3</span> not on its disk, <u>3</u> no command,
        {" "}
        <span class="cell marked">3</span> changed by this step.
      </p>
    </section>
  );
}

/** The last column that the step has changed, counted from 1; null if it changed none. */
function columnToShow({ nodes, window }: Moment): number | null {
  const marked = nodes.flatMap(({ marked }) => marked);
  return marked.length === 0 ? null : Math.max(...marked) - window.from + 1;
}

/** Moves the columns no further than it takes to see one; most of the time it is seen already, and nothing moves. */
function showColumn(region: HTMLElement, column: number): void {
  // What is as wide as its contents has nothing to scroll.
  if (region.scrollWidth <= region.clientWidth) return;
  const cells = region.querySelectorAll<HTMLElement>("thead th");
  const [names, cell] = [cells[0], cells[column]];
  if (cell === undefined) return;
  const [left, right] = [cell.offsetLeft - names.offsetWidth, cell.offsetLeft + cell.offsetWidth - region.clientWidth];
  if (region.scrollLeft > left) region.scrollLeft = left;
  else if (region.scrollLeft < right) region.scrollLeft = right;
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
  const marked = node.marked.includes(index);
  if (term === 0) {
    const compacted = index <= node.snapshot.index;
    const kind = compacted ? "compacted" : "empty";
    return (
      <td
        class={marked ? `${kind} marked` : kind}
        title={compacted ? `in the snapshot at ${node.snapshot.index}` : ""}
      />
    );
  }
  const kinds = ["cell", `term${term % 6}`];
  if (index <= node.commit) kinds.push("committed");
  if (index > node.stable) kinds.push("unstable");
  if (marked) kinds.push("marked");
  const special = node.special[index];
  const what = `${index} of term ${term}${special === undefined ? "" : `, ${special}`}${
    index <= node.commit ? ", committed" : ""
  }${marked ? ", changed by this step" : ""}`;
  return <td class={kinds.join(" ")} title={what}>{special === undefined ? term : <u>{term}</u>}</td>;
}
