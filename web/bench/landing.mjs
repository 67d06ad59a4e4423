// Milliseconds until the first view of the page is there, in Chromium with its
// processor slowed down: first paint with what this is, retriever, words, model.
// A new browser each time, nothing cached.
//
//   npm run bench:landing
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromiumPath, launch } from "../scripts/chromium.mjs";
import { go, root } from "../scripts/wasm.mjs";
import { machine } from "./machine.mjs";

const SLOWER = 4;
const ROUNDS = 5;
const seen = { "heading and sentence": ".start .lead p", retriever: ".column-retriever li", words: ".column-heuristic li", model: '.column-cascade[aria-busy="false"] li' };

const program = join(root, ".cache", "landing-splitrank");
go(["build", "-buildvcs=false", "-o", program, "./server"]);
const server = spawn(program, ["serve", "--addr", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
const url = await new Promise((resolve) => createInterface({ input: server.stderr }).on("line", (line) => {
  const found = /url=(\S+)/.exec(line)?.[1];
  if (found) resolve(found);
}));
try {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await visited());
  for (const name of ["first paint", ...Object.keys(seen)]) {
    const took = rounds.map((round) => round[name]).sort((a, b) => a - b);
    console.log(`${name}: median ${took[ROUNDS >> 1].toFixed(0)} ms, worst of ${ROUNDS} ${took.at(-1).toFixed(0)} ms`);
  }
  console.log(`processor ${SLOWER} times slower; ${machine()}`);
} finally {
  server.kill();
}

async function visited() {
  const browser = await launch(chromiumPath());
  try {
    const page = await (await browser.newContext()).newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.addInitScript((seen) => {
      window.took = {};
      const look = () => Object.entries(seen).forEach(([name, selector]) => {
        if (window.took[name] === undefined && document.querySelector(selector)) requestAnimationFrame(() => { window.took[name] ??= performance.now(); });
      });
      new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
    }, seen);
    await page.goto(url);
    await page.waitForFunction((n) => Object.keys(window.took).length === n, Object.keys(seen).length);
    return await page.evaluate(() => ({ ...window.took, "first paint": performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0 }));
  } finally {
    await browser.close();
  }
}
