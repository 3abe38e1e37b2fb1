/**
 * The state of every node at the instant; what the step has changed is marked.
 *
 * @module
 */
import type { JSX } from "preact";
import type { NodeView } from "../moment.ts";
import { roleName, Shape, shownRole } from "./shape.tsx";
import { moment } from "./store.ts";

const COLUMNS = ["role", "term", "vote", "lead", "commit", "applied", "stable", "last"] as const;
const HELP: Readonly<Record<typeof COLUMNS[number], string>> = {
  role: "what it is",
  term: "its term",
  vote: "whom it has voted for in this term",
  lead: "the leader that it knows of",
  commit: "up to here it knows entries to be committed",
  applied: "up to here its state machine has them",
  stable: "up to here its disk has them",
  last: "index and term of its last entry",
};

/** The nodes. */
export function Nodes(): JSX.Element | null {
  const { value } = moment;
  if (value === null) return null;
  const configurations = new Set(value.nodes.map(({ configuration }) => configuration));
  const alike = configurations.size === 1;
  const special = value.nodes.filter(({ configuration, progress, running, votes }) =>
    running && ((!alike && configuration !== "") || progress.length > 0 || votes.length > 0)
  );
  return (
    <section class="nodes" aria-labelledby="nodes">
      <h2 id="nodes">Nodes</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="State of the nodes">
        <table>
          <thead>
            <tr>
              <th scope="col">node</th>
              {COLUMNS.map((name) => <th key={name} scope="col" title={HELP[name]}>{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {value.nodes.map((node) => <Row key={node.id} node={node} isActing={node.id === value.node} />)}
          </tbody>
        </table>
      </div>
      {alike && !configurations.has("")
        ? <p class="configuration">All of them know of the {[...configurations][0]}.</p>
        : null}
      <div class="cards">
        {special.map((node) => <Card key={node.id} node={node} withConfiguration={!alike} />)}
      </div>
    </section>
  );
}

function Row({ node, isActing }: { node: NodeView; isActing: boolean }): JSX.Element {
  const kinds = [isActing ? "acting" : "", node.running ? "" : "down"];
  return (
    <tr class={kinds.join(" ").trim()}>
      <th scope="row">{node.id}</th>
      {COLUMNS.map((name) => (
        <td key={name} class={node.changed.includes(name === "last" ? "log" : name) ? "changed" : ""}>
          {valueOf(node, name)}
        </td>
      ))}
    </tr>
  );
}

function valueOf(node: NodeView, name: typeof COLUMNS[number]): JSX.Element | string {
  switch (name) {
    case "role": {
      const role = shownRole(node);
      return (
        <>
          <Shape role={role} named /> {roleName(role)}
        </>
      );
    }
    case "last":
      return `${node.last.index}/${node.last.term}`;
    default:
      return String(node[name] ?? "–");
  }
}

function Card({ node, withConfiguration }: { node: NodeView; withConfiguration: boolean }): JSX.Element {
  return (
    <div class="card">
      <h3>
        <Shape role={shownRole(node)} /> Node {node.id}
      </h3>
      {withConfiguration && node.configuration !== ""
        ? <p class={node.changed.includes("configuration") ? "changed" : ""}>{node.configuration}</p>
        : null}
      {node.votes.length === 0
        ? null
        : <p>Votes: {node.votes.map(({ from, granted }) => `${from} ${granted ? "yes" : "no"}`).join(", ")}</p>}
      {node.progress.length === 0 ? null : <ProgressTable node={node} />}
    </div>
  );
}

function ProgressTable({ node: { id, progress } }: { node: NodeView }): JSX.Element {
  return (
    <table aria-label={`What leader ${id} knows of each member`}>
      <thead>
        <tr>
          <th scope="col">member</th>
          <th scope="col" title="its last entry that is known to match">match</th>
          <th scope="col" title="the next entry that it is sent">next</th>
          <th scope="col" title="how it is sent entries">how</th>
        </tr>
      </thead>
      <tbody>
        {progress.map(({ id, match, next, state }) => (
          <tr key={id}>
            <th scope="row">{id}</th>
            <td>{match}</td>
            <td>{next}</td>
            <td>{state}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
