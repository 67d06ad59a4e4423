import assert from "node:assert/strict";
import { test } from "node:test";
import { atOnce } from "../bench/client.mjs";
import { judged, Origin, start } from "./worker.mjs";

/** request number i, whose answer nobody else's can be. */
function request(i) {
  return { query: `topic ${i}`, documents: Array.from({ length: 5 }, (_, d) => ({ id: `${i}-${d}`, text: d === i % 5 ? `about topic ${i}` : `something else, number ${d}` })), budget: { documents: 2, deadline_ms: 20_000 } };
}

function assertOwn({ status, body }, i) {
  assert.equal(status, 200);
  assert.deepEqual(body.results.map(({ id }) => id).sort(), Array.from({ length: 5 }, (_, d) => `${i}-${d}`));
  const best = body.results.toSorted((a, b) => b.heuristic_score - a.heuristic_score)[0];
  assert.equal(best.id, `${i}-${i % 5}`);
}

/** shuffled answers in another order than that of the questions: it holds some back until others have come, or none comes any more. */
function shuffled() {
  const waiting = [];
  let idle;
  return (response, asked) => {
    waiting.push(() => response.end(JSON.stringify(judged(asked))));
    if (waiting.length === 8) {
      waiting.splice(2, 6).reverse().forEach((answer) => answer());
    }
    clearTimeout(idle);
    idle = setTimeout(() => waiting.splice(0).forEach((answer) => answer()), 10);
  };
}

test("every answer belongs to its request", async (t) => {
  const origin = await Origin.start(t, shuffled());
  const worker = await start(t, { bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: "25000" } });
  await atOnce(400, 100, async (i) => {
    const answer = await worker.rerank(request(i));
    assertOwn(answer, i);
    assert.equal(answer.body.degraded, false);
    assert.equal(answer.body.usage.scored, 2);
  });
});

for (const [fault, answered] of [["panic", "a request that panics"], ["die", "a request that ends the program"]]) {
  test(`${answered} harms no other`, async (t) => {
    const origin = await Origin.start(t, shuffled());
    const worker = await start(t, { build: "build-faults", bindings: { SPLITRANK_ORIGIN_URL: origin.url, SPLITRANK_ORIGIN_TIMEOUT_MS: "25000" } });
    await atOnce(300, 30, async (i) => {
      const faulty = i % 100 === 50;
      const answer = await worker.rerank(request(i), faulty ? { "X-Request-Id": fault } : {});
      if (faulty) {
        assert.deepEqual([answer.status, answer.body.error.code], [500, "internal"]);
      } else {
        assertOwn(answer, i);
      }
    });
  });
}
