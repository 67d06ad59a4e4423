import type { Answer } from "splitrank";
import { m, whole } from "../messages/index.js";
import { h } from "../shell/dom.js";
import { icon } from "../shell/icons.js";

/** verdict says in words how an answer came about. */
export function verdict(answer: Answer): HTMLElement[] {
  const words = m().playground;
  if (answer.stage !== "final") {
    const said = answer.stage === "partial" ? words.stage.partial(m().documents(answer.usage.scored)) : words.stage.heuristic;
    return [h("p", { class: "stage running" }, said)];
  }
  const said = made(answer);
  return [...(answer.reason === undefined ? [] : [degraded(answer.degraded, answer.reason)]), ...(said === "" ? [] : [h("p", { class: "stage" }, said)])];
}

function degraded(entirely: boolean, reason: string): HTMLElement {
  const words = m().degraded;
  return h("div", { class: "degraded", "data-reason": reason }, icon("alert"),
    h("div", {}, h("strong", {}, entirely ? words.title : words.partly), h("p", {}, words.reasons[reason] ?? words.other(reason))));
}

/** made says how many documents the model scored, and what that cost; "" = the reason of the degraded answer says it all. */
function made({ usage, model, degraded }: Answer): string {
  const words = m().playground;
  if (usage.scored === 0) {
    return degraded ? "" : model === "none" ? words.noModel : words.confident;
  }
  const ways = [[usage.known, words.known], [usage.read, words.read], [usage.cached, words.cached]] as const;
  return `${words.made(m().documents(usage.scored), model)}: ${ways.filter(([n]) => n > 0).map(([n, way]) => way(whole(n))).join(", ")}`;
}
