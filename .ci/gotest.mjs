// Runs `go test -json` and prints what a reader wants: one line per package,
// the whole output of what failed, that of tests which a panic, os.Exit or the
// time-out cut off included, and what did not build. What was skipped goes, with
// its reason, to the file named by $SKIPPED for the end of `make test`.
//
//   node .ci/gotest.mjs LABEL [go test flags and packages]
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [label, ...args] = process.argv.slice(2);
const skippedFile = process.env.SKIPPED;
const outputs = new Map(); // package → test, "" for itself → lines, until it ends

// Half an hour a package: go's ten minutes are short for arm64 under qemu on a
// machine that others use too. A later -timeout counts instead.
const child = spawn("go", ["test", "-json", "-timeout=30m", ...args], { stdio: ["ignore", "pipe", "inherit"] });
const code = exited(child);
for await (const line of createInterface({ input: child.stdout })) show(parse(line));
process.exitCode = await code;
for (const name of outputs.keys()) process.stdout.write(unfinished(name)); // go test itself was killed

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { Action: "build-output", Output: line + "\n" }; // not from a test
  }
}

function show(event) {
  const { Action, Package = "", Test = "", Output = "", Elapsed = 0 } = event;
  if (Action === "build-output") process.stdout.write(Output);
  if (Action === "output") linesOf(Package, Test).push(Output);
  if (!["pass", "fail", "skip"].includes(Action)) return;
  const lines = linesOf(Package, Test);
  outputs.get(Package).delete(Test);
  if (Action === "fail") process.stdout.write((Test ? "" : unfinished(Package)) + lines.join(""));
  if (Action === "skip" && Test) skip(`${short(Package)} ${Test}`, lines);
  if (Action === "pass" && !Test) console.log(`ok   ${label}  ${short(Package)}  ${Elapsed.toFixed(1)} s`);
  if (!Test) outputs.delete(Package);
}

function linesOf(name, test) {
  if (!outputs.has(name)) outputs.set(name, new Map());
  const tests = outputs.get(name);
  if (!tests.has(test)) tests.set(test, []);
  return tests.get(test);
}

// What a package printed in tests that did not end: a panic stands in one of them.
function unfinished(name) {
  return [...outputs.get(name).values()].flat().join("");
}

function short(path) {
  return path.replace(/^github\.com\/splitrank\/splitrank\//, "");
}

// The reason is what t.Skip logged: "    file_test.go:12: reason".
function skip(name, lines) {
  const reason = lines.map((l) => /^\s+\S+\.go:\d+: (.*)/.exec(l)?.[1]).filter(Boolean).join("; ");
  if (skippedFile) appendFileSync(skippedFile, `${label}: ${name}: ${reason || "no reason given"}\n`);
}

function exited(process) {
  return new Promise((resolve) => {
    process.on("error", (err) => {
      console.error(`starting go test: ${err.message}`);
      resolve(1);
    });
    process.on("close", (code) => resolve(code ?? 1));
  });
}
