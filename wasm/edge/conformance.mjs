// The conformance kit against the Worker in workerd, before a server of its own:
//   node wasm/edge/conformance.mjs KIT [PART]...
// KIT is a folder with run.sh, which prints "N passed, N failed" at its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { edge } from "./modules.mjs";
import { start } from "./test/worker.mjs";

const [kit, ...parts] = process.argv.slice(2);
const key = "conformance";
const cleanups = [];
const scope = { after: (cleanup) => cleanups.push(cleanup) };
try {
  const port = await freePort();
  const origin = spawn(join(edge, "../../bin/splitrank"), ["serve", "--addr", `127.0.0.1:${port}`], {
    env: { ...process.env, SPLITRANK_API_KEYS: key, SPLITRANK_VECTORS: "memory" }, stdio: ["ignore", "ignore", "inherit"],
  });
  scope.after(() => origin.kill("SIGTERM"));
  const url = `http://127.0.0.1:${port}`;
  await ready(url, origin);
  const bindings = { SPLITRANK_ORIGIN_URL: url, SPLITRANK_ORIGIN_KEY: key, SPLITRANK_API_KEYS: key, SPLITRANK_ORIGIN_TIMEOUT_MS: "60000" };
  const worker = await start(scope, { bindings });
  // A half-sent request takes its only place, as long as nobody waits a second for it.
  const overload = await start(scope, { bindings: { ...bindings, SPLITRANK_MAX_IN_FLIGHT: "1" } });
  const run = spawn("bash", [join(kit, "run.sh"), ...parts], {
    env: { ...process.env, SPLITRANK: "", OVERLOAD_URL: base(overload.direct), BASE_URL: base(worker.url), API_KEY: key }, stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(run, "exit");
  process.exitCode = code ?? 1;
} finally {
  for (const cleanup of cleanups) {
    await cleanup();
  }
}

function base(url) {
  return String(url).replace(/\/$/, "");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** ready waits until a server answers, or throws where it has ended. */
async function ready(url, server) {
  while (server.exitCode === null) {
    try {
      const response = await fetch(`${url}/readyz`);
      await response.text();
      if (response.ok) {
        return;
      }
    } catch {
      // it does not listen yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the server before the kit ended");
}
