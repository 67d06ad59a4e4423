import { m, whole } from "../messages/index.js";
import { h, type Child } from "../shell/dom.js";
import { changePlot } from "./change_plot.js";
import { costPlot } from "./cost_plot.js";
import { qualityPlot } from "./quality_plot.js";
import type { Collection } from "./report.js";
import { table } from "./table.js";

/** collectionSection shows one collection: what was measured, plots and figures. */
export function collectionSection(collection: Collection, metric: string): HTMLElement {
  const { dataset, run, pipelines } = collection;
  const title = dataset === "" ? m().reports.mean : [dataset, run].filter(Boolean).join(" · ");
  const plots = [qualityPlot(pipelines, metric), changePlot(pipelines, metric), costPlot(pipelines, metric)];
  return h("section", { class: "collection" },
    h("h2", {}, h("bdi", {}, title)), h("p", { class: "soft" }, ...isolated(facts(collection))),
    h("div", { class: "plots" }, ...plots),
    h("details", { open: true }, h("summary", {}, m().reports.table), table(collection, metric, title)));
}

/** isolated facts stand in the order of the page's language, whatever language each of them is in. */
function isolated(facts: readonly string[]): Child[] {
  return facts.flatMap((fact, i) => (i === 0 ? [h("bdi", {}, fact)] : [" · ", h("bdi", {}, fact)]));
}

function facts({ queries, depth, first_stage, left_out, model, scorer }: Collection): string[] {
  const words = m().reports;
  const out = (left_out?.unjudged ?? 0) + (left_out?.unretrieved ?? 0);
  return [
    queries !== undefined && words.queries(whole(queries)),
    depth !== undefined && words.depth(depth),
    first_stage !== undefined && (words.firstStage[first_stage] ?? first_stage),
    out > 0 && words.leftOut(out),
    model, scorer,
  ].filter((fact): fact is string => typeof fact === "string" && fact !== "");
}
