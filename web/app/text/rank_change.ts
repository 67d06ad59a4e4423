import { m, whole } from "../messages/index.js";
import { h, hidden } from "../shell/dom.js";
import { icon } from "../shell/icons.js";

/** rankChange shows how far a document moved from where the retriever had it. */
export function rankChange(before: number, now: number): HTMLElement {
  const by = Math.abs(before - now);
  const way = before === now ? "same" : now < before ? "up" : "down";
  const words = way === "same" ? m().rank.same : m().rank[way](by);
  return h("span", { class: `change change-${way}`, title: `${words} (${m().rank.was(before)})` },
    icon(way), by > 0 && h("span", { "aria-hidden": "true" }, whole(by)), hidden(words));
}
