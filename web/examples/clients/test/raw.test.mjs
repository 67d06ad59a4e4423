// The recipes that need no package, and the Markdown of all.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { clients, documents, nativeOrder, output, questions, startSplitrank } from "./splitrank.mjs";

let server;
before(async () => {
  server = await startSplitrank();
});
after(() => server?.end());

const folders = readdirSync(clients, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !["test", "node_modules"].includes(entry.name)).map(({ name }) => name);
const index = readFileSync(join(clients, "README.md"), "utf8");

/** SCREEN is how many lines a recipe may have. */
const SCREEN = 72;

for (const folder of folders) {
  test(`README of ${folder}: in the index, on a screen, with its files as they are run`, () => {
    const markdown = readFileSync(join(clients, folder, "README.md"), "utf8");
    assert.ok(index.includes(`(${folder}/README.md)`), "README.md of the folder above does not link it");
    assert.ok(markdown.split("\n").length <= SCREEN, `more than ${SCREEN} lines`);
    const files = readdirSync(join(clients, folder)).filter((name) => !["README.md", "requirements.txt"].includes(name));
    assert.ok(files.length > 0, "no code");
    for (const file of files) {
      const code = readFileSync(join(clients, folder, file), "utf8");
      assert.ok(markdown.includes(`\n${code}\`\`\`\n`), `${file} is not in README.md as it is: copy it there`);
    }
  });
}

test("curl", { skip: spawnSync("curl", ["--version"]).error ? "there is no curl" : false }, async () => {
  const lines = output("sh", [join(clients, "curl", "rerank.sh")], { SPLITRANK_URL: server.url });
  const { results } = JSON.parse(lines.join(""));
  assert.deepEqual(results.map(({ document }) => document), await nativeOrder(server.url, questions[0][0]));
  assert.equal(results[0].document, questions[0][1]);
});

/** posted is the answer to a request as an application sends it. */
async function posted(url, headers, body) {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

test("Open WebUI, by what it sends", async () => {
  const settings = Object.fromEntries(readFileSync(join(clients, "open-webui", "settings.env"), "utf8").trim().split("\n").map((line) => line.split("=", 2)));
  const url = settings.RAG_EXTERNAL_RERANKER_URL.replace("http://localhost:8000", server.url);
  const headers = { authorization: `Bearer ${settings.RAG_EXTERNAL_RERANKER_API_KEY}`, "x-openwebui-user-name": "Dana" };
  for (const [query, best] of questions) {
    const body = { model: settings.RAG_RERANKING_MODEL, query, documents, top_n: documents.length };
    const { results } = await posted(url, headers, body);
    // Open WebUI takes the scores in the order of the documents.
    const scores = [...results].sort((a, b) => a.index - b.index).map(({ relevance_score: score }) => score);
    assert.equal(scores.length, documents.length);
    assert.equal(documents[scores.indexOf(Math.max(...scores))], best);
    assert.equal(settings.RAG_RERANKING_ENGINE, "external");
  }
});

test("Dify, by what its OpenAI-API-compatible provider sends", async () => {
  const model = JSON.parse(readFileSync(join(clients, "dify", "model.json"), "utf8"));
  const url = `${model["API endpoint URL"].replace("http://localhost:8000", server.url)}/rerank`;
  for (const [query, best] of questions) {
    for (const extra of [{}, { score_threshold: 0.8 }]) {
      const body = { model: model["Model Name"], query, documents, top_n: 2, return_documents: true, ...extra };
      const { results, usage } = await posted(url, { authorization: model["API Key"] }, body);
      assert.equal(typeof usage.total_tokens, "number");
      assert.deepEqual(results.map(({ document }) => document.text), await nativeOrder(server.url, query));
      assert.equal(results[0].document.text, best);
    }
  }
});
