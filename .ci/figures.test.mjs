// How make figures finds tables, compares them and writes them anew.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makers } from "./figures/makers.mjs";
import { compare, inTheFormOf, markedTables, pages, replaced } from "./figures/tables.mjs";

const page = ["# Page", "| not | marked |", "|---|---|", "| a | 1 |", "", "<!-- figures: words -->", "| | nDCG | queries | said |", "|---|---|---|---|",
  "| one | 0.4458 | 53 | 0.1 |", "| two | **0.5331** | 1,000 | 0.2 |", "", "| another | table |"].join("\n");
const [table] = markedTables(page);

/** made are new numbers by row and column. */
const made = (numbers) => (row, column) => numbers[row]?.[column];

test("only tables below a mark are read", () => {
  assert.deepEqual(markedTables(page), [{ name: "words", line: 6, columns: ["", "nDCG", "queries", "said"],
    rows: [["one", "0.4458", "53", "0.1"], ["two", "**0.5331**", "1,000", "0.2"]] }]);
});

test("what rounds to what the page says is no difference", () => {
  assert.deepEqual(compare(table, made({ one: { nDCG: 0.44584, queries: 53 }, two: { queries: 1000 } }), 0), []);
});

test("a difference is written as the page writes numbers, and is far beyond the bound", () => {
  const differences = compare(table, made({ one: { nDCG: 0.44592 }, two: { nDCG: 0.54, queries: 1204 } }), 0.001);
  assert.deepEqual(differences.map(({ row, column, made, far }) => [row, column, made, far]),
    [["one", "nDCG", "0.4459", false], ["two", "nDCG", "**0.5400**", true], ["two", "queries", "1,204", true]]);
  const anew = differences.reduce((text, d) => replaced(text, table.line, d), page);
  assert.match(anew, /\| one \| 0\.4459 \| 53 \| 0\.1 \|\n\| two \| \*\*0\.5400\*\* \| 1,204 \| 0\.2 \|/);
  assert.equal(anew.split("\n").length, page.split("\n").length);
});

test("units stay", () => {
  assert.equal(inTheFormOf("0.193 ms", 0.2), "0.200 ms");
  assert.equal(inTheFormOf("1,977 ms", 950), "950 ms");
  assert.equal(inTheFormOf("82.5 %", 82.44), "82.4 %");
  assert.equal(inTheFormOf("–", 2), "2");
});

test("every mark has a maker, and every maker a table with cells that it makes", async () => {
  const marked = pages().flatMap((name) => markedTables(readFileSync(name, "utf8")));
  assert.deepEqual([...new Set(marked.map(({ name }) => name))].sort(), Object.keys(makers).sort());
  assert.ok(marked.every(({ columns, rows }) => columns.length > 1 && rows.length > 0));
});
