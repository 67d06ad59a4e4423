// Installs a libonnxruntime that has OpenVINO's provider, for --device openvino, and prints its path.
//
//   node server/internal/ort/install-openvino.mjs
//
// It lies in the PyPI package onnxruntime-openvino, which is fetched by name with `pip download` (nothing of it
// runs) and compared with the digest below. The libraries that a processor needs are moved into
// ~/.cache/splitrank/ort-openvino/VERSION/ (XDG_CACHE_HOME counts), which is there as a whole or not at all. Versions
// and digests change together; library.go has the same version.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";

const version = "1.24.1";
const wheel = { name: `onnxruntime_openvino-${version}-cp311-cp311-manylinux_2_28_x86_64.whl`, sha256: "3007c803634cc69c6d52af1dea7ce729d9bb62b9a11070fd2f959119199007a8" };
const libraries = {
  "libonnxruntime.so.1.24.1": "2d963a419b96018b79dfe63bb50120ddcb724149912a8a6d8ac747a557c089f4",
  "libonnxruntime_providers_openvino.so": "bf0159d2681d76e7de03fbd302a9204e5490f30816bd41826d57acf7a8dff363",
  "libonnxruntime_providers_shared.so": "5e02c1ff90e7d71365264dbb6767c00f04a8b57a96cddbc0085c61fa1393250d",
  "libopenvino.so.2541": "ac9634b715a242a61644c77bc38f17508fe73f517e418027e2410f4bee004943",
  "libopenvino_intel_cpu_plugin.so": "034df890550ae9199fe5f8608c0df8fd0fe355f303bad56bea10bae14c14c3cb",
  "libopenvino_onnx_frontend.so.2541": "f426710881d8c1a01d5ed6d7eaa076d923b19983d3ab3a18bb19d25dba7d8923",
  "libtbb.so.12": "6781dc6aa8b2ca237d0164258e70266a44667756c02a9a039782ec1d1a67b653",
};

try {
  console.log(await install());
} catch (err) {
  console.error(`installing libonnxruntime ${version} with OpenVINO: ${err.message}`);
  process.exitCode = 1;
}

async function install() {
  if (`${process.platform}-${process.arch}` !== "linux-x64") {
    throw new Error(`the package is for linux-x64 only, not for ${process.platform}-${process.arch}`);
  }
  const all = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "splitrank", "ort-openvino");
  const folder = join(all, version);
  if (!(await complete(folder))) await fetchInto(all, folder);
  return join(folder, `libonnxruntime.so.${version}`);
}

async function complete(folder) {
  for (const [name, sha256] of Object.entries(libraries)) {
    const path = join(folder, name);
    if (!existsSync(path) || (await digest(path)) !== sha256) return false;
  }
  return true;
}

// fetchInto works in a folder beside the other, so that the last step is a rename.
async function fetchInto(all, folder) {
  mkdirSync(all, { recursive: true });
  const work = mkdtempSync(join(all, ".fetch-"));
  try {
    const found = download(work);
    check(basename(found), await digest(found), wheel.sha256);
    const members = Object.keys(libraries).map((name) => `onnxruntime/capi/${name}`);
    run("python3", ["-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2], sys.argv[3:])", found, work, ...members]);
    const capi = join(work, "onnxruntime", "capi");
    for (const [name, sha256] of Object.entries(libraries)) check(name, await digest(join(capi, name)), sha256);
    rmSync(folder, { recursive: true, force: true });
    renameSync(capi, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function download(work) {
  console.error(`fetching libonnxruntime ${version} with OpenVINO (84 MB, once)`);
  run("python3", ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps", "--only-binary", ":all:",
    "--python-version", "311", "--implementation", "cp", "--abi", "cp311", "--platform", "manylinux_2_28_x86_64", "--dest", work, `onnxruntime-openvino==${version}`]);
  return join(work, wheel.name);
}

function run(command, args) {
  try {
    execFileSync(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: 600_000 });
  } catch (err) {
    const said = String(err.stderr ?? "").split("\n").map((l) => l.trim()).filter(Boolean);
    throw new Error(`${command} failed: ${said.length === 0 ? err.message : said[said.length - 1]}`);
  }
}

function check(what, got, want) {
  if (got !== want) throw new Error(`${what} has the digest ${got}, not ${want}`);
}

async function digest(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
