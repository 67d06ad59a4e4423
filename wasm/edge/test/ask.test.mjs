import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../ask.mjs";

const never = new AbortController().signal;

test("lets others have a turn before it asks again", async () => {
  const order = [];
  const post = () => {
    order.push("asked");
    setTimeout(() => order.push("another's timer"), 0);
    return Promise.reject(new Error("refused"));
  };
  assert.deepEqual(await ask(post, { late: never, gone: never }, 0, 1000), { error: "Error: refused", late: false, gone: false });
  assert.deepEqual(order, ["asked", "another's timer", "asked"]);
});

test("asks nobody again where the time is over or nobody wants to know", async () => {
  for (const why of ["late", "gone"]) {
    let asked = 0;
    const end = new AbortController();
    const post = () => {
      asked++;
      end.abort();
      return Promise.reject(end.signal.reason);
    };
    const out = await ask(post, { late: never, gone: never, [why]: end.signal }, 0, 1000);
    assert.deepEqual([asked, out.late, out.gone], [1, why === "late", why === "gone"]);
  }
});
