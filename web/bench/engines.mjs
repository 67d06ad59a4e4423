// The search engines that the scorer is measured against: each indexes the
// passages and asks for the query, as a page would that re-orders with them.
import { create, insertMultiple, search } from "@orama/orama";
import MiniSearch from "minisearch";

export function miniSearch(texts, query) {
  const index = new MiniSearch({ fields: ["text"] });
  index.addAll(texts.map((text, id) => ({ id, text })));
  return index.search(query);
}

export async function orama(texts, query) {
  const index = create({ schema: { text: "string" } });
  await insertMultiple(index, texts.map((text, id) => ({ id: String(id), text })), texts.length);
  return search(index, { term: query, threshold: 1, limit: texts.length });
}
