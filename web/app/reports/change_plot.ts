import { decimal, m } from "../messages/index.js";
import { svg } from "../shell/dom.js";
import { metricName } from "./metrics.js";
import { AXIS, LABELS, ROW, WIDTH, grid, name, plot } from "./plot.js";
import type { Interval, Pipeline } from "./report.js";
import { scale, type Scale } from "./scale.js";

/** changePlot has an interval for each pipeline but the first, and a line at no change. Undefined = there is nothing to compare. */
export function changePlot(pipelines: readonly Pipeline[], metric: string): HTMLElement | undefined {
  const changes = pipelines.flatMap(({ name, delta }) => (delta?.[metric] === undefined ? [] : [{ name, change: delta[metric] }]));
  if (changes.length === 0) {
    return undefined;
  }
  const x = scale([0, ...changes.flatMap(({ change }) => [change.low, change.high])], LABELS, WIDTH - 62, 3);
  const bottom = changes.length * ROW;
  return plot(m().reports.change(metricName(metric)), bottom + AXIS, grid(x, bottom),
    svg("line", { class: "zero", x1: x.at(0), x2: x.at(0), y1: 0, y2: bottom }),
    ...changes.map(({ name, change }, i) => interval(name, change, x, i * ROW + ROW / 2)));
}

/** interval is certain where it does not reach over zero. */
function interval(label: string, { mean, low, high }: Interval, x: Scale, y: number): SVGElement {
  return svg("g", { class: low > 0 ? "best" : high < 0 ? "worse" : "" },
    name(label, y + 4),
    svg("line", { class: "whisker", x1: x.at(low), x2: x.at(high), y1: y, y2: y }),
    svg("circle", { cx: x.at(mean), cy: y, r: 5 }),
    svg("text", { class: "value", x: WIDTH, y: y + 4, "text-anchor": "end" }, signed(mean)));
}

/** signed writes a change with its sign. */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${decimal(Math.abs(value), 4)}`;
}
