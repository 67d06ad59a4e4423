// Makes the numbers of the documentation again and compares them with what its
// pages say. Each such table stands below a comment, <!-- figures: NAME -->, and
// NAME is a key of makers.
//
//   node .ci/figures.mjs [--update] [NAME...]
//
// Quality needs SPLITRANK_DATA; without it those tables are named as skipped. With
// --update what came out differently is written into the pages. Exit code 1: a
// table that is the same on every machine differs.
import { readFileSync, writeFileSync } from "node:fs";
import { makers, skip } from "./figures/makers.mjs";
import { compare, markedTables, pages, replaced } from "./figures/tables.mjs";

const args = process.argv.slice(2);
const update = args.includes("--update");
const chosen = args.filter((arg) => arg !== "--update");

for (const page of pages()) {
  for (const table of markedTables(readFileSync(page, "utf8"))) {
    if (chosen.length === 0 || chosen.includes(table.name)) await show(page, table);
  }
}

async function show(page, table) {
  const maker = makers[table.name];
  const title = `${page}:${table.line}: ${table.name}`;
  const why = maker === undefined ? "no maker of this name" : skip(maker);
  if (why) {
    process.exitCode ||= maker === undefined ? 1 : 0;
    console.log(`\n${title}: not made, ${why}`);
    return;
  }
  console.log(`\n${title} (${maker.command})`);
  const differences = compare(table, await maker.make(table), maker.within ?? Infinity);
  differences.forEach((d) => console.log(`  ${d.row} | ${d.column}: ${d.said} on the page, ${d.made} now${d.far ? "  DIFFERS" : ""}`));
  if (differences.length === 0) console.log("  as the page says");
  if (differences.some(({ far }) => far) && !update) process.exitCode = 1;
  if (update) writeFileSync(page, differences.reduce((text, d) => replaced(text, table.line, d), readFileSync(page, "utf8")));
}
