// Tables that a command of web/ prints as Markdown.
import { execFileSync } from "node:child_process";

/**
 * printed resolves with a function of row and column over the first table that the
 * command prints. Rows of the page are found by how they begin, columns by their
 * words; keys is how many first cells a row is known by.
 */
export async function printed(command, keys = 1) {
  const out = execFileSync(command[0], command.slice(1), { cwd: "web", encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 24 });
  const lines = out.split("\n").filter((line) => line.startsWith("|"));
  const [head = [], , ...rows] = lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  return (row, column) => cellOf(head, rows, row, column, keys);
}

function cellOf(head, rows, row, column, keys) {
  const found = rows.find((cells) => same(cells.slice(0, keys).join(", "), row));
  const at = head.findIndex((name) => name.split(" ")[0] === column.split(" ")[0] && name !== "");
  const number = Number.parseFloat(found?.[at]?.replaceAll(",", "") ?? "");
  return Number.isNaN(number) ? undefined : number;
}

/** same compares words and numbers, whatever stands between. */
function same(a, b) {
  const plain = (text) => text.toLowerCase().replace(/\([^)]*\)|[^a-z0-9]/g, "");
  return plain(a) === plain(b);
}
