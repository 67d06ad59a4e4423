// The recipes with their libraries, which .ci/recipes installs below .cache/recipes.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { clients, documents, nativeOrder, output, questions, root, startSplitrank } from "./splitrank.mjs";

const cache = join(root, ".cache", "recipes");

let server;
before(async () => {
  server = await startSplitrank();
  process.env.SPLITRANK_URL = server.url;
});
after(() => server?.end());

/** missing is why the recipes in need of what lies in a folder of the cache are skipped, or false where that is what wanted asks for. */
function missing(wanted, folder, marker) {
  const file = join(cache, folder, marker);
  if (existsSync(file) && readFileSync(file, "utf8") === readFileSync(join(clients, wanted), "utf8")) {
    return false;
  }
  const failed = join(cache, `${folder}.failed`);
  return existsSync(failed) ? `cannot be installed: ${readFileSync(failed, "utf8").trim()}` : "not installed: make test-recipes does";
}

/** finds holds what a recipe prints for each question to the server's own order. */
async function finds(printed) {
  for (const [query, best] of questions) {
    const lines = printed(query);
    assert.deepEqual(lines, await nativeOrder(server.url, query));
    assert.equal(lines[0], best);
  }
}

for (const name of ["cohere", "langchain", "llamaindex", "litellm", "haystack"]) {
  const python = join(cache, name, "bin", "python");
  test(`${name} in Python`, { skip: missing(join(name, "requirements.txt"), name, "requirements.txt") }, async () => {
    await finds((query) => output(python, [join(clients, name, "rerank.py"), query]));
  });
}

const noModules = missing("package-lock.json", "node", "installed.json");

/** beside is a copy of a recipe where it finds its library. */
function beside(name, file) {
  const folder = join(cache, "node", name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(clients, name, file), join(folder, file));
  return join(folder, file);
}

for (const name of ["cohere", "vercel-ai", "langchain-js"]) {
  test(`${name} in Node`, { skip: noModules }, async () => {
    await finds((query) => output(process.execPath, [beside(name, "rerank.mjs"), query]));
  });
}

test("pgvector", { skip: noModules }, async () => {
  const { search } = await import(pathToFileURL(beside("pgvector", "search.mjs")));
  const db = await database(pathToFileURL(join(cache, "node", "node_modules", "@electric-sql", "pglite", "dist")));
  for (const [query, best] of questions) {
    const rows = await search(db, query, [1, 0, 0], 2);
    assert.deepEqual(rows.map(({ text }) => text)[0], best);
    assert.equal(rows.length, 2);
    assert.ok(rows[0].relevance > rows[1].relevance && documents[rows[0].id] === best);
  }
  await db.query("DELETE FROM chunks");
  assert.deepEqual(await search(db, "museum", [1, 0, 0]), []);
  await db.close();
});

/** database is Postgres with pgvector, in Wasm. The embeddings put the answers last. */
async function database(dist) {
  const { PGlite } = await import(`${dist}/index.js`);
  const { vector } = await import(`${dist}/vector/index.js`);
  const db = await PGlite.create({ extensions: { vector } });
  await db.exec("CREATE EXTENSION vector; CREATE TABLE chunks (id int PRIMARY KEY, text text NOT NULL, embedding vector(3) NOT NULL)");
  const embeddings = [[1, 0, 0], [1, 1, 0], [1, 0.5, 0], [1, 2, 0]];
  for (const [id, text] of documents.entries()) {
    await db.query("INSERT INTO chunks VALUES ($1, $2, $3)", [id, text, JSON.stringify(embeddings[id])]);
  }
  return db;
}
