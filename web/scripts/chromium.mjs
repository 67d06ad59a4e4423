// Finds a Chromium for whatever here runs in a real browser.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { web } from "./wasm.mjs";

const systems = [
  "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/** Longest download or installation, in milliseconds. */
const PATIENCE = 300_000;

/**
 * chromiumPath is a Chromium that starts: the one that SPLITRANK_CHROMIUM
 * names, the system's, or Playwright's, which is downloaded, and if that fails
 * Debian's, which root installs. With install false it fetches nothing.
 * undefined if there is none; then it has said why.
 */
export function chromiumPath({ install = true } = {}) {
  const named = process.env.SPLITRANK_CHROMIUM;
  if (named) {
    return starts(named) ? named : missing(`SPLITRANK_CHROMIUM=${named} does not start`);
  }
  const path = present() ?? (install ? fetched() : undefined);
  return path ?? missing("there is no Chromium: install one, or name one in SPLITRANK_CHROMIUM");
}

function present() {
  return [...systems.flatMap(onPath), chromium.executablePath()].find(starts);
}

/** onPath are the places where a program of that name may be. An absolute name has one. */
function onPath(name) {
  return (process.env.PATH ?? "").split(delimiter).map((folder) => resolve(folder, name));
}

function fetched() {
  const playwright = [join(web, "node_modules", "playwright-core", "cli.js"), "install", "chromium"];
  run(process.execPath, playwright, { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000" });
  return present() ?? installed();
}

function installed() {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    return undefined;
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-q"], env);
  run("apt-get", ["install", "-qy", "--no-install-recommends", "chromium"], env);
  return present();
}

function starts(path) {
  return existsSync(path) && run(path, ["--version"]).status === 0;
}

function run(command, args, env = {}) {
  return spawnSync(command, args, { env: { ...process.env, ...env }, stdio: "ignore", timeout: PATIENCE });
}

function missing(why) {
  console.error(`no browser: ${why}`);
  return undefined;
}

/** launch starts that Chromium without a window. Root has no sandbox there, and small containers little shared memory. */
export function launch(executablePath, args = []) {
  const alone = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...alone, "--disable-dev-shm-usage", ...args] });
}
