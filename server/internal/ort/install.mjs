// Installs libonnxruntime for this machine and prints its path.
//
//   node server/internal/ort/install.mjs
//   node server/internal/ort/install.mjs linux-arm64     # that of another machine, as for an archive
//
// It lies in the npm package onnxruntime-node, which every npm registry and
// mirror carries: the package is fetched by name with `npm pack` (no scripts
// run), compared with the digest below, and the one library that this platform
// needs is moved into ~/.cache/splitrank/ort/VERSION/ (XDG_CACHE_HOME counts).
// A library that is already there with the right digest is left alone, and
// nothing is fetched where SPLITRANK_ORT_LIB names one. How far it is goes to
// standard error. Versions and digests change together; library.go has the same version.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const version = "1.30.0";
const integrity = "sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==";
const megabytes = 113; // of the package
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
  console.log(await install(process.argv[2]));
} catch (err) {
  console.error(`installing libonnxruntime ${version}: ${err.message}`);
  process.exitCode = 1;
}

// install has the library of this machine beside no other: those of other platforms
// lie in folders of their own.
async function install(platform) {
  const own = `${process.platform}-${process.arch}`;
  const chosen = process.env.SPLITRANK_ORT_LIB;
  if (chosen && !platform) {
    if (!existsSync(chosen)) throw new Error(`SPLITRANK_ORT_LIB names ${JSON.stringify(chosen)}, which is not there`);
    return chosen;
  }
  const library = libraries[platform ?? own];
  if (!library && platform) throw new Error(`there is none for ${platform}, only for ${Object.keys(libraries).join(", ")}`);
  if (!library) throw new Error(`the package has none for ${own}: set SPLITRANK_ORT_LIB`);
  const versions = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "splitrank", "ort", version);
  const folder = (platform ?? own) === own ? versions : join(versions, platform);
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
    const tarball = await pack(work);
    check("package", `sha512-${await digest("sha512", "base64", tarball)}`, integrity);
    await run("tar", ["-xzf", tarball, "-C", work, library.member]);
    const found = join(work, library.member);
    check("library", await digest("sha256", "hex", found), library.sha256);
    renameSync(found, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// pack has npm's cache in the work folder too: it would keep 113 MB.
async function pack(work) {
  const cache = join(work, "npm");
  const flags = ["--ignore-scripts", "--loglevel=error", "--no-update-notifier", "--cache", cache, "--pack-destination", work];
  const stop = showProgress(cache);
  try {
    await run("npm", ["pack", `onnxruntime-node@${version}`, ...flags]);
  } finally {
    stop();
  }
  return join(work, `onnxruntime-node-${version}.tgz`);
}

// showProgress says what has come, by the size of npm's cache: npm itself says
// nothing. A terminal sees one line that changes, a log one line for each quarter.
function showProgress(cache) {
  const terminal = process.stderr.isTTY;
  const line = (bytes) => `fetching libonnxruntime ${version}: ${Math.min(megabytes, Math.floor(bytes / 1e6))} of ${megabytes} MB, once`;
  let quarters = 0;
  const show = () => {
    const bytes = sizeOf(cache);
    const reached = Math.min(3, Math.floor((bytes / 1e6 / megabytes) * 4));
    if (terminal) process.stderr.write(`\r\x1b[K${line(bytes)}`);
    else if (reached > quarters) console.error(line(bytes));
    quarters = Math.max(quarters, reached);
  };
  if (!terminal) console.error(line(0));
  const timer = setInterval(show, terminal ? 200 : 1000);
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write("\r\x1b[K");
  };
}

// sizeOf a folder, as far as it can be seen while another program writes there.
function sizeOf(folder) {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
    return files.reduce((sum, e) => sum + (statSync(join(e.parentPath ?? e.path, e.name), { throwIfNoEntry: false })?.size ?? 0), 0);
  } catch {
    return 0; // not there yet, or gone
  }
}

async function run(command, args) {
  try {
    await promisify(execFile)(command, args, { timeout: 600_000, maxBuffer: 1 << 24 });
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
