import { decimal, m } from "../messages/index.js";
import { svg } from "../shell/dom.js";
import { metricName } from "./metrics.js";
import { AXIS, LABELS, ROW, WIDTH, grid, name, plot } from "./plot.js";
import type { Pipeline } from "./report.js";
import { scale } from "./scale.js";

/** qualityPlot has a bar for each pipeline, from zero. */
export function qualityPlot(pipelines: readonly Pipeline[], metric: string): HTMLElement {
  const values = pipelines.map(({ metrics }) => metrics[metric] ?? 0);
  const x = scale([0, ...values], LABELS, WIDTH - 50, 3);
  const bottom = pipelines.length * ROW;
  const best = Math.max(...values);
  const bars = pipelines.map((pipeline, i) => {
    const value = values[i] ?? 0;
    const y = i * ROW;
    return svg("g", { class: value === best ? "best" : "" },
      name(pipeline.name, y + 19),
      svg("rect", { x: x.at(0), y: y + 7, width: Math.max(1, x.at(value) - x.at(0)), height: ROW - 14, rx: 3 }),
      svg("text", { class: "value", x: x.at(value) + 8, y: y + 19 }, decimal(value, 4)));
  });
  return plot(m().reports.quality(metricName(metric)), bottom + AXIS, grid(x, bottom), ...bars);
}
