import { m } from "../messages/index.js";
import type { Pipeline } from "./report.js";

/** The metrics of splitrank eval, in the order in which people ask for them, and their names. */
const NAMES: Readonly<Record<string, string>> = {
  "ndcg@10": "nDCG@10", "ndcg@5": "nDCG@5", "mrr@10": "MRR@10", map: "MAP", "p@5": "P@5", "recall@5": "recall@5", "recall@10": "recall@10",
};
const ORDER = Object.keys(NAMES);

/** metricsOf are the metrics of a report: the one that decides first, unknown ones last. */
export function metricsOf(pipelines: readonly Pipeline[]): readonly string[] {
  const place = (metric: string) => (ORDER.includes(metric) ? ORDER.indexOf(metric) : ORDER.length);
  return Object.keys(pipelines[0]?.metrics ?? {}).sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** metricName is how papers write a metric. */
export function metricName(metric: string): string {
  return NAMES[metric] ?? metric;
}

/** metricMeaning says in a sentence what a metric measures; "" = it is not known here. */
export function metricMeaning(metric: string): string {
  return m().reports.metrics[metric.replace(/@.*/, "")] ?? "";
}
