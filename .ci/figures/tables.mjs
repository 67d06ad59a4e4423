// Tables of Markdown pages below a comment that names them.
import { execFileSync } from "node:child_process";

const MARK = /^<!-- figures: (\S+) -->$/;

/** pages are the Markdown files of the repository. */
export function pages() {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { encoding: "utf8" }).split("\n").filter((name) => name !== "");
}

/** markedTables are the marked tables of a page: name, number of the line of the mark, columns, and rows as lists of cells. */
export function markedTables(text) {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    const name = MARK.exec(line)?.[1];
    return name === undefined ? [] : [{ name, line: i + 1, ...tableAt(lines, i + 1) }];
  });
}

function tableAt(lines, from) {
  const start = lines.findIndex((line, i) => i >= from && line.startsWith("|"));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith("|"));
  const [columns = [], , ...rows] = start < 0 ? [] : lines.slice(start, end < 0 ? undefined : end).map(cells);
  return { columns, rows };
}

function cells(line) {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

/**
 * compare looks every cell up in what was made, a function of the row's first cell
 * and the column's head; undefined = not made again. Cells that read otherwise
 * come back; those further off than within are far.
 */
export function compare({ columns, rows }, made, within) {
  return rows.flatMap(([row, ...rest]) => rest.flatMap((said, i) => {
    const column = columns[i + 1];
    const now = made(row, column);
    if (now === undefined) return [];
    const written = inTheFormOf(said, now);
    return written === said ? [] : [{ row, column, said, made: written, far: !(Math.abs(numberOf(said) - numberOf(written)) <= within) }];
  }));
}

/** inTheFormOf writes a number as the cell has its own: decimals, thousands, bold, and what stands around it. */
export function inTheFormOf(cell, number) {
  const old = /[0-9][0-9,]*(\.[0-9]+)?/.exec(cell);
  if (old === null) return `${number}`;
  const decimals = old[1] === undefined ? 0 : old[1].length - 1;
  const written = number.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: number >= 1000 && old[0].includes(",") });
  return cell.replace(old[0], written);
}

function numberOf(cell) {
  return Number(/[0-9][0-9,]*(\.[0-9]+)?/.exec(cell)?.[0].replaceAll(",", ""));
}

/** replaced is the page with one cell of the table below line written anew. */
export function replaced(text, line, { row, column, made }) {
  const lines = text.split("\n");
  const { columns } = tableAt(lines, line);
  const at = lines.findIndex((l, i) => i >= line && l.startsWith("|") && cells(l)[0] === row);
  const now = cells(lines[at]);
  now[columns.indexOf(column, 1)] = made;
  lines[at] = `| ${now.join(" | ")} |`;
  return lines.join("\n");
}
