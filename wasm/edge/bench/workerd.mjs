// workerd by itself, with a Worker on each of its sockets.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { built, compatibilityDate, edge, modules } from "../modules.mjs";

export const root = join(edge, "../..");
export const work = join(root, ".cache/edge-bench");
const workerd = createRequire(join(root, "web/package.json"))("workerd").default;

/** own are the modules of the Worker, from build/ or build-faults/. */
export const own = (build = "build") => [
  ...modules.map((name) => [name, join(edge, name)]),
  [built.wasm, join(edge, build, "edge.wasm")],
];

/** What Workers log is shown where EDGE_LOG is set. */
const log = process.env.EDGE_LOG ? "inherit" : "ignore";

const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill()));

/** start runs {name: {modules, bindings}} and resolves to {urls, pid, stop} when all listen. */
export async function start(workers) {
  mkdirSync(work, { recursive: true });
  const config = join(work, "config.capnp");
  writeFileSync(config, configOf(workers));
  const child = spawn(workerd, ["serve", "--control-fd=3", "--experimental", config], { stdio: ["ignore", log, log, "pipe"] });
  running.add(child);
  const urls = {};
  for await (const line of createInterface({ input: child.stdio[3] })) {
    const { event, socket, port } = JSON.parse(line);
    if (event === "listen") {
      urls[socket] = `http://127.0.0.1:${port}`;
    }
    if (Object.keys(urls).length === Object.keys(workers).length) {
      break;
    }
  }
  return { urls, pid: child.pid, stop: () => new Promise((resolve) => child.once("exit", resolve).kill()).then(() => running.delete(child)) };
}

function configOf(workers) {
  const names = Object.keys(workers);
  const service = (name) => `(name = "${name}", worker = .${name})`;
  const socket = (name) => `(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${names.map(service).join(", ")}, (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [${names.map(socket).join(", ")}],
);
${names.map((name) => workerOf(name, workers[name])).join("\n")}
`;
}

function workerOf(name, { modules, bindings = {} }) {
  const embed = ([module, file]) => `(name = "${module}", ${module.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${relative(work, file)}")`;
  const binding = ([key, value]) => `(name = "${key}", text = ${JSON.stringify(value)})`;
  return `const ${name} :Workerd.Worker = (
  compatibilityDate = "${compatibilityDate}",
  modules = [${modules.map(embed).join(", ")}],
  bindings = [${Object.entries(bindings).map(binding).join(", ")}],
  globalOutbound = "internet",
);`;
}

/** cpuMS that a process has used so far. */
export function cpuMS(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10; // ticks of 10 ms
}

/** rss of a process, in MiB. */
export function rss(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}
