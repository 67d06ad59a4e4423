// Installs libonnxruntime for this machine and prints its path.
//
//   node server/internal/ort/install.mjs
//
// It lies in the npm package onnxruntime-node, which every npm registry and
// mirror carries: the package is fetched by name with `npm pack` (no scripts
// run), compared with the digest below, and the one library that this platform
// needs is moved into ~/.cache/splitrank/ort/VERSION/ (XDG_CACHE_HOME counts).
// A library that is already there with the right digest is left alone, and
// nothing is fetched where SPLITRANK_ORT_LIB names one. Versions and digests
// change together; library.go has the same version.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";

const version = "1.30.0";
const integrity = "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==";
const libraries = {
  "linux-x64": {
    member: "package/bin/napi-v6/linux/x64/libonnxruntime.so.1",
    sha256: "ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23",
  },
  "linux-arm64": {
    member: "package/bin/napi-v6/linux/arm64/libonnxruntime.so.1",
    sha256: "1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76",
  },
  "darwin-arm64": {
    member: "package/bin/napi-v6/darwin/arm64/libonnxruntime.1.dylib",
    sha256: "685d2be5dba1309c89d3a5324b7fd06a5c42f1a61bfea32d14c4cc28d072121d",
  },
};

try {
  console.log(await install());
} catch (err) {
  console.error(`installing libonnxruntime ${version}: ${err.message}`);
  process.exitCode = 1;
}

async function install() {
  const chosen = process.env.SPLITRANK_ORT_LIB;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`SPLITRANK_ORT_LIB names ${JSON.stringify(chosen)}, which is not there`);
    return chosen;
  }
  const library = libraries[`${process.platform}-${process.arch}`];
  if (!library) throw new Error(`the package has none for ${process.platform}-${process.arch}: set SPLITRANK_ORT_LIB`);
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "splitrank", "ort", version);
  const path = join(folder, basename(library.member));
  if (!existsSync(path) || (await digest("sha256", "hex", path)) !== library.sha256) await fetchInto(folder, path, library);
  return path;
}

// fetchInto works in a folder beside the library, so that the last step is a
// rename and no reader ever sees half a file.
async function fetchInto(folder, path, library) {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, ".fetch-"));
  try {
    const tarball = pack(work);
    check("package", `sha512-${await digest("sha512", "base64", tarball)}`, integrity);
    run("tar", ["-xzf", tarball, "-C", work, library.member]);
    const found = join(work, library.member);
    check("library", await digest("sha256", "hex", found), library.sha256);
    renameSync(found, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// pack has npm's cache in the work folder too: it would keep 113 MB.
function pack(work) {
  console.error(`fetching libonnxruntime ${version} (113 MB, once)`);
  const flags = ["--ignore-scripts", "--loglevel=error", "--no-update-notifier", "--cache", join(work, "npm"), "--pack-destination", work];
  run("npm", ["pack", `onnxruntime-node@${version}`, ...flags]);
  return join(work, `onnxruntime-node-${version}.tgz`);
}

function run(command, args) {
  try {
    execFileSync(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: 600_000 });
  } catch (err) {
    const said = String(err.stderr ?? "").split("\n").map((l) => l.replace(/^npm (error|ERR!) ?/, "").trim()).filter(Boolean);
    throw new Error(`${command} failed: ${said[0] === undefined ? err.message : said.slice(0, 4).join(" ")}`);
  }
}

function check(what, got, want) {
  if (got !== want) throw new Error(`the ${what} has the digest ${got}, not ${want}`);
}

async function digest(algorithm, encoding, path) {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest(encoding);
}
