import { assertEquals } from "@std/assert";
import * as O from "fp-ts/Option";
import { assertProblem, serverTest } from "./client.ts";
import { STATUS } from "./fake_node.ts";

serverTest("/status says everything that the node says, with null for what is missing", async ({ ask, node }) => {
  assertEquals(await (await ask("GET", "/status")).json(), {
    ...STATUS,
    vote: 1,
    lead: 1,
    members: [
      { id: 1, address: "127.0.0.1:7001", part: "voter", match: 12, connected: false },
      { id: 2, address: "127.0.0.1:7002", part: "voter", match: 10, connected: true },
      { id: 3, address: null, part: "learner", match: null, connected: false },
    ],
    running: true,
  });
  node.current = { ...STATUS, vote: O.none, lead: O.none };
  node.stop({ type: "Closed" });
  const { vote, lead, running } = await (await ask("GET", "/status")).json();
  assertEquals({ vote, lead, running }, { vote: null, lead: null, running: false });
});

serverTest("/health is 200 while the node runs and knows a leader", async ({ ask, node }) => {
  const healthy = await ask("GET", "/health");
  assertEquals(healthy.status, 200);
  assertEquals(await healthy.json(), { healthy: true, id: 1, role: "leader", term: 7, lead: 1 });
  node.current = { ...STATUS, role: "candidate", lead: O.none };
  const { message } = await assertProblem(await ask("GET", "/health"), 503, "Unhealthy");
  assertEquals(message, "Cannot serve requests: no leader is known.");
  node.current = { ...STATUS, role: "follower", lead: O.some(2) };
  assertEquals((await (await ask("GET", "/health")).json()).lead, 2);
});

serverTest(
  "/health and /leader are 503 when the node has stopped, with the kind of reason alone",
  async ({ ask, node }) => {
    node.stop({ type: "StorageFailed", message: "Cannot write /secret/place." });
    for (const path of ["/health", "/leader"]) {
      const { message } = await assertProblem(await ask("GET", path), 503, "Unhealthy");
      assertEquals(message, "Cannot serve requests: the node has stopped (StorageFailed).");
    }
  },
);

serverTest("/leader is 200 on the leader only, and names it elsewhere", async ({ ask, node }) => {
  const leader = await ask("GET", "/leader");
  assertEquals([leader.status, await leader.json()], [200, { id: 1, term: 7 }]);
  node.current = { ...STATUS, role: "follower", lead: O.some(2) };
  assertEquals((await assertProblem(await ask("GET", "/leader"), 503, "NotLeader")).leader, { id: 2 });
  node.current = { ...STATUS, role: "preCandidate", lead: O.none };
  assertEquals((await assertProblem(await ask("GET", "/leader"), 503, "NotLeader")).leader, null);
});

serverTest("/members lists the members and the configuration", async ({ ask }) => {
  const { members, configuration } = await (await ask("GET", "/members")).json();
  assertEquals(members[1], { id: 2, address: "127.0.0.1:7002", part: "voter", match: 10, connected: true });
  assertEquals([members.length, configuration], [3, STATUS.configuration]);
});

serverTest("/status and /members refuse parameters; /health and /leader ignore what a prober adds", async ({ ask }) => {
  for (const path of ["/status", "/members"]) await assertProblem(await ask("GET", `${path}?x=1`), 400, "BadRequest");
  for (const path of ["/health", "/leader"]) assertEquals((await (await ask("GET", `${path}?x=1`)).json()).term, 7);
});

serverTest("what the node knows is told without asking anybody", async ({ ask, node }) => {
  for (const path of ["/status", "/health", "/leader", "/members", "/metrics"]) await (await ask("GET", path)).text();
  assertEquals(node.asked, []);
});
