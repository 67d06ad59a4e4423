// What .ci/gotest.mjs prints of tests that fail in the ways go test knows.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const gotest = fileURLToPath(new URL("gotest.mjs", import.meta.url));
const module = mkdtempSync(join(tmpdir(), "gotest-"));
after(() => rmSync(module, { recursive: true }));
writeFileSync(join(module, "go.mod"), "module x\n\ngo 1.24\n");

/** run tests one package, whose test file has this body, and returns what is printed. */
function run(name, body, flags = []) {
  const imports = ["fmt", "os", "testing", "time"].filter((path) => body.includes(`${path}.`)).map((path) => `"${path}"`);
  mkdirSync(join(module, name));
  writeFileSync(join(module, name, "a_test.go"), `package ${name}\n\nimport (${imports.join("; ")})\n\n${body}\n`);
  const skipped = join(module, `${name}.skipped`);
  const env = { ...process.env, SKIPPED: skipped, GOFLAGS: "-mod=mod" };
  const { status, stdout } = spawnSync(process.execPath, [gotest, "native", ...flags, `./${name}`], { cwd: module, env, encoding: "utf8" });
  return { status, stdout, skipped };
}

const failures = [
  ["fails", `func TestA(t *testing.T) { t.Error("wrong answer") }`, ["wrong answer"]],
  ["panics", `func TestA(t *testing.T) { t.Log("noted"); panic("out of cheese") }`, ["noted", "panic: out of cheese", "a_test.go:5"]],
  ["goroutine", `func TestA(t *testing.T) { go func() { panic("far away") }(); select {} }`, ["panic: far away", "a_test.go:5"]],
  ["late", `func TestA(t *testing.T) { t.Run("inner", func(t *testing.T) { t.Log("noted"); time.Sleep(time.Hour) }) }`,
    ["noted", "panic: test timed out after 1s", "TestA/inner"], ["-timeout=1s"]],
  ["exits", `func TestA(t *testing.T) { fmt.Println("no database"); os.Exit(3) }`, ["no database"]],
  ["starts", `func TestMain(m *testing.M) { fmt.Println("no database"); os.Exit(1) }`, ["no database"]],
  ["builds", `func TestA(t *testing.T) { missing() }`, ["undefined: missing", "build failed"]],
  ["vets", `func TestA(t *testing.T) { fmt.Printf("%d\\n", "x") }`, ["fmt.Printf format %d has arg", "build failed"]],
];
for (const [name, body, wanted, flags] of failures) {
  test(`a test that ${name}`, () => {
    const { status, stdout } = run(name, body, flags);
    assert.notEqual(status, 0);
    for (const text of wanted) assert.ok(stdout.includes(text), `${JSON.stringify(text)} is missing in:\n${stdout}`);
  });
}

test("tests that pass or are skipped take one line", () => {
  const body = `func TestA(t *testing.T) { t.Log("noted") }\n\nfunc TestB(t *testing.T) { t.Skip("no model") }`;
  const { status, stdout, skipped } = run("passes", body);
  assert.equal(status, 0);
  assert.match(stdout, /^ok {3}native {2}x\/passes {2}[\d.]+ s\n$/);
  assert.equal(readFileSync(skipped, "utf8"), "native: x/passes TestB: no model\n");
});
