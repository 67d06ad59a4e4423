import type { Timings } from "splitrank";
import { m, milliseconds } from "../messages/index.js";
import { h } from "../shell/dom.js";

/** timingsBar shows where the time of an answer went; total is what the caller waited, in milliseconds. */
export function timingsBar({ heuristic, queue, inference }: Timings, total: number): HTMLElement {
  const rest = Math.max(0, total - heuristic - queue - inference);
  const words = m().playground.times;
  const parts = [["heuristic", heuristic], ["queue", queue], ["inference", inference], ["rest", rest]] as const;
  return h("div", { class: "timings" },
    h("div", { class: "bar", "aria-hidden": "true" }, ...parts.map(([name, ms]) => h("span", { class: `piece time-${name}`, "--share": total > 0 ? ms / total : 0 }))),
    h("dl", {}, ...parts.map(([name, ms]) => h("div", {}, h("dt", {}, h("span", { class: `piece time-${name}` }), words[name]), h("dd", {}, milliseconds(ms))))));
}
