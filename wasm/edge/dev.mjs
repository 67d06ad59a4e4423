// make edge: the server and, before it, the Worker in workerd. One Ctrl-C ends both.
//   node wasm/edge/dev.mjs [flags of splitrank serve]
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const originPort = process.env.ORIGIN_PORT ?? "8000";
const edgePort = process.env.EDGE_PORT ?? "8787";
const origin = `http://127.0.0.1:${originPort}`;

const children = [
  run(join(root, "bin/splitrank"), ["serve", "--addr", `127.0.0.1:${originPort}`, ...process.argv.slice(2)]),
  run(process.execPath, [
    join(root, "web/node_modules/wrangler/bin/wrangler.js"), "dev", "--config", join(root, "wrangler.toml"),
    "--ip", "127.0.0.1", "--port", edgePort, "--var", `SPLITRANK_ORIGIN_URL:${origin}`, "--show-interactive-dev-session=false",
  ]),
];
console.log(`Worker on http://127.0.0.1:${edgePort}, in front of the server on ${origin}`);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => stop());
}

/** run a child, in a group of its own so that a Ctrl-C reaches it once; the end of one is the end of both. */
function run(command, args) {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_SANITIZE: "false" };
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], detached: true, env });
  child.on("error", (cause) => stop(`starting ${command}: ${cause.message}`));
  child.on("exit", (code) => stop(code ? `${command} ended with code ${code}` : undefined));
  return child;
}

let stopping = false;
function stop(why) {
  if (stopping) {
    return;
  }
  stopping = true;
  if (why !== undefined) {
    console.error(why);
    process.exitCode = 1;
  }
  for (const child of children) {
    if (child.exitCode === null && child.pid !== undefined) {
      process.kill(-child.pid, "SIGTERM");
    }
  }
}
