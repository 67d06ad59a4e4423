import type { RerankOptions } from "splitrank";
import { state } from "./state.js";

/** PARTED is the diversity that the switch asks for: enough to part near-duplicates, too little to bury the best. */
export const PARTED = 0.5;

/** bounds are the budget of the sliders, with nothing for what is not bounded. */
function bounds(): { documents?: number; deadlineMs?: number } | undefined {
  const { budget, deadline } = state;
  const set = { ...(budget !== Infinity && { documents: budget }), ...(deadline !== Infinity && { deadlineMs: deadline }) };
  return Object.keys(set).length === 0 ? undefined : set;
}

/** orderOptions are those that the heuristics take as well. */
export function orderOptions(): RerankOptions {
  return { ...(!state.ordered && { firstStage: "hidden" as const }), ...(state.parted && { diversity: PARTED }) };
}

/**
 * optionsOf are the options that differ from the defaults. A bound without cache: what
 * the server has read before costs nothing of it, so the bound would show nothing.
 */
export function optionsOf(): RerankOptions {
  const budget = bounds();
  return { ...orderOptions(), ...(budget && { budget, cache: false }) };
}

/** requestBody is the same request as POST /rerank takes it. */
export function requestBody(): object {
  const { firstStage, diversity, budget, cache } = optionsOf();
  return {
    query: state.query,
    documents: state.source.parsed.passages,
    ...(firstStage && { first_stage: firstStage }),
    ...(diversity && { diversity }),
    ...(budget && { budget: { documents: budget.documents, deadline_ms: budget.deadlineMs }, cache }),
  };
}
