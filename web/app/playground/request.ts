import type { RerankOptions } from "splitrank";
import { state } from "./state.js";

/** bounds are the budget of the sliders, with nothing for what is not bounded. */
function bounds(): { documents?: number; deadlineMs?: number } | undefined {
  const { budget, deadline } = state;
  const set = { ...(budget !== Infinity && { documents: budget }), ...(deadline !== Infinity && { deadlineMs: deadline }) };
  return Object.keys(set).length === 0 ? undefined : set;
}

/** cascadeOptions are what the page asks the package for. */
export function cascadeOptions(): RerankOptions {
  return { ...optionsOf(), explain: true };
}

/** optionsOf are the options that differ from the defaults. */
export function optionsOf(): RerankOptions {
  const budget = bounds();
  return { ...(!state.ordered && { firstStage: "hidden" as const }), ...(budget && { budget }) };
}

/** requestBody is the same request as POST /rerank takes it. */
export function requestBody(): object {
  const { firstStage, budget } = optionsOf();
  return {
    query: state.query,
    documents: state.source.parsed.passages,
    ...(firstStage && { first_stage: firstStage }),
    ...(budget && { budget: { documents: budget.documents, deadline_ms: budget.deadlineMs } }),
  };
}
