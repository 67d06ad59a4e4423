// Starts the server that the recipes ask, and knows what they should find.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** clients is the folder of the recipes. */
export const clients = fileURLToPath(new URL("..", import.meta.url));
/** root is the repository. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** documents of every recipe. */
export const documents = [
  "The museum shop sells posters, and prints on request.",
  "On Fridays the museum is open until two in the afternoon.",
  "The tram to the museum runs every ten minutes.",
  "ביום שישי המוזיאון פתוח עד שתיים בצהריים.",
];

/** questions and the document that answers each. */
export const questions = [
  ["how late is the museum open on Fridays?", documents[1]],
  ["עד מתי המוזיאון פתוח ביום שישי?", documents[3]],
];

/** startSplitrank starts bin/splitrank on a free port, and returns its URL and a function that ends it. */
export async function startSplitrank() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("SPLITRANK_"));
  const child = spawn(`${root}/bin/splitrank`, ["serve", "--addr", "127.0.0.1:0", "--model", "none", "--alias", "*=default"], {
    env: Object.fromEntries(kept), stdio: ["ignore", "ignore", "pipe"],
  });
  const over = once(child, "exit");
  const end = async () => {
    child.kill("SIGKILL");
    await over;
  };
  let log = "";
  for await (const line of createInterface({ input: child.stderr })) {
    log += `${line}\n`;
    const url = /msg=serving url=(\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return { url, end };
    }
  }
  throw new Error(`splitrank serve ended:\n${log}`);
}

/** nativeOrder is the order that the server itself gives, as texts. */
export async function nativeOrder(url, query, topK = 2) {
  const response = await fetch(`${url}/rerank`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query, documents, top_k: topK }),
  });
  const { results } = await response.json();
  return results.map(({ index }) => documents[index]);
}

/** output is what a command prints, line by line. It throws where the command fails. */
export function output(command, args, env = {}) {
  // ASCII unless told otherwise is what a bare container gives to Python.
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, PYTHONUTF8: "1", ...env }, timeout: 240_000 });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? ""}\n${stdout}${stderr}`);
  }
  return stdout.trimEnd().split("\n");
}
