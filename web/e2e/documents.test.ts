import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startSplitrank } from "../test/server.js";
import { start, visit } from "./browser.js";
import { choose, titles } from "./steps.js";

const [browser, server] = await Promise.all([start(), startSplitrank({ after }, "--model", "none")]);
after(() => browser.close());

/** What is pasted, and what the editor says of it. */
const sources: Record<string, readonly [source: string, said: string]> = {
  "texts between blank lines": ["one\nstill one\n\n two \n\n\n\nthree\n", "3 documents · text"],
  "Windows line ends": ["one\r\n\r\ntwo", "2 documents · text"],
  "a list of texts": ['["one", "two"]', "2 documents · JSON"],
  "a list of objects": ['[{"text": "one", "id": 7, "score": 0.5}, {"text": "two", "rank": 1, "page": {"n": 3}}]', "2 documents · JSON"],
  "a request": ['{"query": "x", "documents": ["one"]}', "1 document · JSON"],
  "the guide's chunks": ['{"query": "x", "chunks": [{"id": "a", "text": "one"}]}', "1 document · JSON"],
  "one object": ['{"text": "one"}', "1 document · JSON"],
  "an object over several lines": ['{\n  "documents": ["one",\n "two"]\n}', "2 documents · JSON"],
  "a byte order mark": ['\uFEFF["one"]', "1 document · JSON"],
  "JSONL": ['{"_id": "a", "title": "A", "text": "one"}\n\n{"_id": "b", "text": "two"}\n', "2 documents · JSONL"],
  "JSONL of texts": ['"one"\n"two"', "2 documents · JSONL"],
  "a list, one a line": ["one\ntwo\r\nthree", "3 documents · text, one a line"],
  "CSV with a column of texts": ['id,text,page\na,"one, and ""more""",1\nb,"two\nlines",2\n', "2 documents · CSV, the text from column “text”"],
  "CSV without one: the longest": ["no;question;answer\n1;Q;a long answer\n2;Q;another one", "2 documents · CSV, the text from column “answer”"],
  "tabs": ["id\ttext\n1\tone\n2\ttwo", "2 documents · CSV"],
  "sentences with commas": ["Well, this is it.\nAnd, of course, that.", "2 documents · text, one a line"],
  "LangChain": ['[{"page_content": "one", "metadata": {"title": "T"}}, {"page_content": "two", "metadata": {}}]', "2 documents · LangChain JSON"],
  "LangChain.js": ['[{"pageContent": "one", "metadata": {}}]', "1 document · LangChain JSON"],
  "LangChain, dumped": ['[{"lc": 1, "type": "constructor", "id": ["langchain"], "kwargs": {"page_content": "one"}}]', "1 document · LangChain JSON"],
  "LlamaIndex with scores": ['[{"node": {"id_": "a", "text": "one", "metadata": {}}, "score": 0.5}]', "1 document · LlamaIndex JSON"],
  "LlamaIndex's answer": ['{"response": "x", "source_nodes": [{"node": {"id_": "a", "text": "one"}, "score": 1}]}', "1 document · LlamaIndex JSON"],
  "LlamaIndex's nodes": ['{"id_": "a", "text": "one"}\n{"id_": "b", "text": "two"}', "2 documents · LlamaIndex JSON"],
  "a quotation": ['"To be," he said.\n\nSo it was.', "2 documents · text"],
  "nothing": ["  \n ", "Drop a file"],
  "a comma too many": ['[\n"one",\n]', "Line 3 is not valid JSON"],
  "an unfinished list": ['["one"', "is not valid JSON"],
  "a broken line": ['{"text": "one"}\n{"text": }', "Line 2 is not valid JSON"],
  "a line without text": ['{"text": "one"}\n{"body": "two"}', "Line 2 is neither a text nor an object"],
  "an entry without text": ['["one", null]', "Document 2 is neither a text nor an object"],
  "an object without documents": ['{"query": "x"}', "holds no list of documents"],
  "a rank of nothing": ['[{"text": "one", "rank": 0}]', "Document 1: “rank” must be a whole number from 1"],
  "too many": [JSON.stringify(Array(10_001).fill("x")), "10,001 documents are more than the 10,000"],
};

test("what is pasted is understood, or refused with the place", async (t) => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  for (const [name, [source, said]] of Object.entries(sources)) {
    await t.test(name, async () => {
      await v.page.locator("#documents").evaluate((area: HTMLTextAreaElement, value) => {
        area.value = value;
        area.dispatchEvent(new Event("input"));
      }, source);
      assert.ok((await v.page.locator("#documents-said").innerText()).includes(said), await v.page.locator("#documents-said").innerText());
    });
  }
  assert.deepEqual(v.errors, []);
});

test("what was understood is shown, and what parts texts can be chosen", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await v.page.fill("#documents", "one\ntwo\nthree\nfour");
  assert.deepEqual(await v.page.locator(".understood li").allTextContents(), ["one", "two", "three", "and 1 more"]);
  await choose(v.page, "apart", "text");
  assert.match(await v.page.locator("#documents-said").innerText(), /^1 document · text, blank lines/);
  assert.equal(await v.page.locator(".result").count(), 1);
  await v.page.fill("#documents", '[{"page_content": "a text", "metadata": {"title": "A title"}}]');
  assert.deepEqual(await v.page.locator(".understood li").allTextContents(), ["A titlea text"]);
  assert.deepEqual(await titles(v.page, ".results"), ["A title"]);
});

test("a document is text, whatever it says", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await v.page.fill("#documents", JSON.stringify([{ title: "<img src=x onerror=alert(1)>", text: "<script>alert(1)</script> & salt" }]));
  await v.page.fill("#query", "salt");
  await v.page.locator("mark").first().waitFor();
  assert.deepEqual(await titles(v.page, ".results"), ["<img src=x onerror=alert(1)>"]);
  assert.equal(await v.page.locator(".results img, .results script").count(), 0);
});

test("a file that is no UTF-8 is refused", async () => {
  await using v = await visit(browser, `${server.url}/#search`);
  await choose(v.page, "set", "own");
  await v.page.setInputFiles("input[type=file]", { name: "latin1.txt", mimeType: "text/plain", buffer: Buffer.from([0x66, 0xfc, 0x72]) });
  await v.page.getByText("“latin1.txt” could not be read as UTF-8").waitFor();
});
