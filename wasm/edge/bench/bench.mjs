// The bars of the Worker in one run, in workerd by itself, each beside what it
// is compared with:  node wasm/edge/bench/bench.mjs [added|load|panics|start]...
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { passages, questions, random } from "../../../web/bench/words.mjs";
import { buildWasm } from "../../../web/scripts/wasm.mjs";
import { judged } from "../test/worker.mjs";
import { atOnce, percentile, post, single } from "./client.mjs";
import { edge } from "../modules.mjs";
import { cpuMS, own, root, rss, start, work } from "./workerd.mjs";

const SAMPLES = Number(process.env.SAMPLES ?? 400);
const echo = { modules: [["echo.mjs", join(edge, "bench/echo.mjs")]] };
const off = { SPLITRANK_CACHE_TTL_S: "0" };
const plain = { modules: own(), bindings: off };
const measured = (bindings, build) => ({ modules: [["measured.mjs", join(edge, "bench/measured.mjs")], ...own(build)], bindings: { ...off, ...bindings } });

/** documents of a request are its own, so that no answer fits another's. */
function bodies(count, documents, size, options) {
  const next = random(7);
  const texts = passages(documents, size, next);
  return questions(count, next).map((query, i) => JSON.stringify({ query, documents: texts.map((text, d) => ({ id: `${i}-${d}`, text })), ...options }));
}

/** added: what 100 documents of 600 bytes cost over plain JavaScript, and where it goes. */
async function added() {
  const running = await start({ echo, plain, glue: glue() });
  const full = bodies(20, 100, 600, { pipeline: "heuristic" });
  const cut = (body, more) => body.replace(/}$/, `,${more}}`);
  const ways = {
    "plain JavaScript, parse and echo": [running.urls.echo, full],
    "body in and out of Go": [running.urls.plain, full, "/nowhere"],
    "+ JSON in": [running.urls.plain, full.map((b) => cut(b, '"x":1'))],
    "+ scoring": [running.urls.plain, full.map((b) => cut(b, '"top_k":1'))],
    "+ JSON out = the Worker": [running.urls.plain, full],
    "Go anew for every request": [running.urls.glue, full],
  };
  const took = await inTurns(ways, running.pid);
  await running.stop();
  const base = took["plain JavaScript, parse and echo"];
  const whole = took["+ JSON out = the Worker"];
  console.log("\n100 documents of 600 bytes, pipeline heuristic\n\n| | p50 ms | added | CPU ms of workerd |\n|---|---|---|---|");
  for (const [name, { p50, cpu }] of Object.entries(took)) {
    console.log(`| ${name} | ${p50.toFixed(2)} | ${(p50 - base.p50).toFixed(2)} | ${cpu.toFixed(2)} |`);
  }
  const glueAdds = took["Go anew for every request"].p50 - base.p50;
  bar("added over plain JavaScript, p50", whole.p50 - base.p50, 2.5, "ms");
  bar("... as part of what the glue adds", (whole.p50 - base.p50) / glueAdds, 0.5, "");
  bar("CPU of a request, workerd's own part included", whole.cpu, 10, "ms");
}

/** inTurns measures every way in turns, so that a change of the machine's pace meets all. */
async function inTurns(ways, pid) {
  const took = Object.fromEntries(Object.keys(ways).map((name) => [name, { ms: [], cpu: 0 }]));
  const rounds = 20;
  for (let round = -2; round < rounds; round++) {
    for (const [name, [url, list, path = "/rerank"]] of Object.entries(ways)) {
      const before = cpuMS(pid);
      for (let i = 0; i < SAMPLES / rounds; i++) {
        const { ms } = await post(url + path, list[i % list.length]);
        if (round >= 0) {
          took[name].ms.push(ms);
        }
      }
      if (round >= 0) {
        took[name].cpu += (cpuMS(pid) - before) / SAMPLES;
      }
    }
  }
  for (const t of Object.values(took)) {
    t.p50 = percentile(t.ms, 50);
  }
  return took;
}

/** glue is the gateway as syumai/workers generates Workers. */
function glue() {
  const out = join(work, "glue");
  execFileSync("go", ["run", "github.com/syumai/workers/cmd/workers-assets-gen", "-mode=go", "-o", out], { cwd: root });
  buildWasm("./wasm/edge/bench/glue", join(out, "app.wasm"));
  return { modules: ["worker.mjs", "wasm_exec.js", "runtime.mjs", "app.wasm"].map((name) => [name, join(out, name)]) };
}

/** lateOrigin answers after 0 to 300 ms, and can be killed and started again. */
async function lateOrigin() {
  const next = random(3);
  const server = () => createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => (body += chunk));
    request.on("end", () => setTimeout(() => response.end(JSON.stringify(judged(JSON.parse(body)))), 300 * next()));
    request.on("error", () => undefined); // killed meanwhile
  });
  let live;
  const origin = { port: 0, async up() {
    live = server().listen(origin.port, "127.0.0.1");
    live.keepAliveTimeout = 0;
    await once(live, "listening");
    origin.port = live.address().port;
  }, async down() {
    live.closeAllConnections();
    live.close();
    await once(live, "close");
  } };
  await origin.up();
  return origin;
}

/** load: 10,000 requests, 200 at once, before an origin that is late, and dead for a fifth of them; then the same for plain JavaScript. */
async function load() {
  const n = Number(process.env.REQUESTS ?? 10_000);
  const list = bodies(500, 20, 300, { budget: { documents: 10, deadline_ms: DEADLINE } });
  console.log(`\n${n} requests of 20 documents of 300 bytes, ${WIDTH} at once, deadline ${DEADLINE} ms, origin late by 0 to 300 ms and dead for a fifth; ms from the handler's entry\n`);
  const edges = await driven(n, list, measured, true);
  await driven(n, list, (url) => ({ modules: [["forward.mjs", join(edge, "bench/forward.mjs")]], bindings: url }), false);
  bar("wrong answers", edges.wrong, 0, "");
  bar("refined while the origin was dead", edges.refinedWhileDown, 0, "");
  bar("p99 from the handler's entry", percentile(Object.values(edges.took).flat(), 99), DEADLINE + 50, "ms");
  bar("memory of Go after all", edges.memory.at(-1), 64, "MiB");
}

const WIDTH = 200;
const DEADLINE = 1000;

/** driven warms a Worker up, sends it all that load is made of, and prints what it did. */
async function driven(n, list, worker, isOurs) {
  const origin = await lateOrigin();
  const running = await start({ w: worker({ SPLITRANK_ORIGIN_URL: `http://127.0.0.1:${origin.port}` }) });
  const send = (i) => post(`${running.urls.w}/rerank`, list[i % list.length], {}, single);
  await atOnce(n / 10, WIDTH, send);
  const tally = { wrong: 0, degradedWhileUp: 0, refinedWhileDown: 0, degraded: 0, last: "", took: { up: [], changing: [], down: [] }, memory: [] };
  let state = "up";
  const [came, cpu] = [performance.now(), cpuMS(running.pid)];
  await atOnce(n, WIDTH, async (i) => {
    if (i === 0.5 * n || i === 0.7 * n) {
      state = "changing";
      await (i === 0.5 * n ? origin.down() : origin.up());
      state = i === 0.5 * n ? "down" : "up";
    }
    if (isOurs && i % (n / 5) === 0) {
      tally.memory.push((await memory(running.urls.w)) / 2 ** 20);
    }
    const before = state;
    note(tally, await send(i), i % list.length, before === state ? state : "changing");
  });
  const seconds = (performance.now() - came) / 1000;
  const each = (cpuMS(running.pid) - cpu) / n;
  console.log(`${isOurs ? "the Worker" : "plain JavaScript that parses, asks, parses and answers"}: ${(n / seconds).toFixed(0)} a second, ${each.toFixed(2)} ms of CPU each`);
  for (const [name, took] of Object.entries(tally.took)) {
    console.log(`  origin ${name}: ${took.length} requests, p50 ${percentile(took, 50)?.toFixed(0)}, p99 ${percentile(took, 99)?.toFixed(0)}`);
  }
  if (isOurs) {
    tally.memory.push((await memory(running.urls.w)) / 2 ** 20);
    console.log(`  degraded: ${tally.degraded}, while the origin was up: ${tally.degradedWhileUp}; the last: ${tally.last}`);
    console.log(`  memory of Go: ${tally.memory.map((m) => m.toFixed(0)).join(", ")} MiB; resident memory of workerd: ${rss(running.pid).toFixed(0)} MiB`);
  }
  await running.stop();
  await origin.down();
  return tally;
}

async function memory(url) {
  return JSON.parse((await post(`${url}/memory`, "", {}, single)).text).bytes;
}

function note(tally, { status, headers, text }, own, state) {
  const answer = status === 200 ? JSON.parse(text) : {};
  const right = answer.results?.length === 20 && answer.results.every(({ id, index }) => id === `${own}-${index}`);
  tally.wrong += right ? 0 : 1;
  tally.degraded += answer.degraded ? 1 : 0;
  tally.degradedWhileUp += answer.degraded && state === "up" ? 1 : 0;
  tally.refinedWhileDown += !answer.degraded && state === "down" ? 1 : 0;
  tally.last = answer.degraded ? answer.reason : "refined";
  tally.took[state].push(Number(headers["x-took-ms"]));
}

/** panics: one request in a hundred, of both kinds; the others must be unharmed. */
async function panics() {
  const origin = await lateOrigin();
  console.log("\n1 % of 2,000 requests fail on purpose, 50 at once");
  for (const fault of ["panic", "die"]) {
    const running = await start({ measured: measured({ SPLITRANK_ORIGIN_URL: `http://127.0.0.1:${origin.port}` }, "build-faults") });
    const list = bodies(500, 20, 300, { budget: { documents: 10 } });
    const tally = { wrong: 0, took: { up: [] } };
    await atOnce(2000, 50, async (i) => {
      const faulty = i % 100 === 50;
      const answer = await post(`${running.urls.measured}/rerank`, list[i % 500], faulty ? { "X-Request-Id": fault } : {}, single);
      if (!faulty) {
        note(tally, answer, i % 500, "up");
      }
    });
    bar(fault === "panic" ? "harmed by panics" : "harmed by ends of the program", tally.wrong, 0, "");
    await running.stop();
  }
  await origin.down();
}

/** started: the first request of an isolate, over the second. */
async function started() {
  const [body] = bodies(1, 1, 50, { pipeline: "heuristic" });
  const extra = [];
  for (let i = 0; i < 7; i++) {
    const running = await start({ plain });
    const first = await post(`${running.urls.plain}/rerank`, body);
    const second = await post(`${running.urls.plain}/rerank`, body);
    extra.push(first.ms - second.ms);
    await running.stop();
  }
  console.log(`\nfirst request of an isolate over its second: ${extra.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  bar("start-up, median", percentile(extra, 50), 400, "ms");
}

function bar(name, got, most, unit) {
  console.log(`${got <= most ? "met   " : "MISSED"} ${name}: ${Number(got.toFixed(2))} ${unit} (bar: ${most})`);
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => process.exit(1)); // workerd ends with it
}
const parts = { added, load, panics, start: started };
const chosen = process.argv.slice(2);
console.log(`${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}, ${execFileSync("go", ["version"], { encoding: "utf8" }).trim()}`);
for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) {
  await parts[name]();
}
process.exit();
