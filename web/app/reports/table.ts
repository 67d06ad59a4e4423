import { decimal, m } from "../messages/index.js";
import { h } from "../shell/dom.js";
import { signed } from "./change_plot.js";
import { metricName, metricsOf } from "./metrics.js";
import type { Collection, Interval, Pipeline } from "./report.js";

/** table has all figures of a collection. It scrolls by itself where the page is narrow. */
export function table(collection: Collection, metric: string, label: string): HTMLElement {
  const { pipelines } = collection;
  const metrics = metricsOf(pipelines);
  const words = m().reports;
  const heads = [words.pipeline, ...metrics.map(metricName), `Δ ${metricName(metric)} (95 %)`, words.kept, words.keptRecall, words.scored, `p50 (${m().unit.ms})`, `p95 (${m().unit.ms})`];
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    h("table", { class: "figures" },
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, h("bdi", {}, head))))),
      h("tbody", {}, ...pipelines.map((pipeline) => row(pipeline, metrics, metric)))));
}

function row(pipeline: Pipeline, metrics: readonly string[], metric: string): HTMLElement {
  const { name, kept, scored_per_query, latency_ms } = pipeline;
  const cells = [
    ...metrics.map((metric) => figure(pipeline.metrics[metric], 4)),
    change(pipeline.delta?.[metric]),
    figure(kept?.mean, 1), figure(kept?.recall, 4), figure(scored_per_query, 1), figure(latency_ms?.p50, 2), figure(latency_ms?.p95, 2),
  ];
  return h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, name)), ...cells.map((cell) => h("td", { dir: "ltr" }, cell)));
}

function figure(value: number | undefined, decimals: number): string {
  return value === undefined ? "–" : decimal(value, decimals);
}

function change(interval: Interval | undefined): string {
  return interval === undefined ? "–" : `${signed(interval.mean)} (${signed(interval.low)} … ${signed(interval.high)})`;
}
