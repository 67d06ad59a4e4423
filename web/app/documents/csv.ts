/** Names of columns that hold the text, and those that hold id and title. */
const TEXTS = ["text", "content", "page_content", "passage", "document", "body", "chunk"];
const HEADER = /^[\p{L}\p{N}_ .#-]{1,40}$/u;

/** Table is what a file of separated values holds: columns by their names in the first line, and which of them is the text. */
export interface Table {
  readonly columns: readonly string[];
  readonly records: readonly (readonly string[])[];
  /** Index of the column with the text. */
  readonly text: number;
}

/**
 * tableOf reads separated values (RFC 4180; commas, semicolons or tabs). Undefined =
 * it is none: the first line has no names of two columns, or records differ in length.
 */
export function tableOf(source: string): Table | undefined {
  for (const separator of [",", ";", "\t"]) {
    const [columns = [], ...records] = recordsOf(source, separator);
    const names = columns.map((name) => name.trim());
    const even = records.length > 0 && records.every(({ length }) => length === names.length);
    if (even && names.length > 1 && names.every((name) => HEADER.test(name))) {
      return { columns: names, records, text: textColumn(names, records) };
    }
  }
  return undefined;
}

/** textColumn goes by the name, else by the longest texts. */
function textColumn(names: readonly string[], records: Table["records"]): number {
  const named = names.findIndex((name) => TEXTS.includes(name.toLowerCase()));
  const long = (i: number) => records.reduce((sum, record) => sum + (record[i] ?? "").length, 0);
  return named >= 0 ? named : names.map((_, i) => i).sort((a, b) => long(b) - long(a))[0] ?? 0;
}

/** recordsOf parses: a quoted value may hold separators, line ends and doubled quotes. */
function recordsOf(source: string, separator: string): string[][] {
  const value = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\n][^${separator}\\n]*|))(${separator}|\\n|$)`, "gy");
  const records: string[][] = [[]];
  const text = source.replace(/\r\n?/g, "\n").trim();
  for (let at = 0; at <= text.length;) {
    value.lastIndex = at;
    const found = value.exec(text);
    if (found === null) {
      return []; // a quote that does not end, or text behind one
    }
    const [all, quoted, plain = "", end] = found;
    records.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += all.length;
    if (end === "\n") {
      records.push([]);
    } else if (end === "") {
      break;
    }
  }
  return records;
}
