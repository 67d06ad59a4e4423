import { decimal, m, milliseconds } from "../messages/index.js";
import { svg } from "../shell/dom.js";
import { metricName } from "./metrics.js";
import { WIDTH, grid, plot } from "./plot.js";
import type { Pipeline } from "./report.js";
import { decimalsOf, scale } from "./scale.js";

const HEIGHT = 190;
const LEFT = 44;
const RIGHT = 72;
const BOTTOM = HEIGHT - 30;
/** Height of a label. */
const LINE = 15;

/** Point of the plot, in its units. */
interface Point {
  readonly pipeline: Pipeline;
  readonly x: number;
  readonly y: number;
}

/** costPlot sets quality against time. Undefined = no times were measured, or there is nothing to compare. */
export function costPlot(pipelines: readonly Pipeline[], metric: string): HTMLElement | undefined {
  const times = pipelines.map(({ latency_ms }) => latency_ms?.p50 ?? 0);
  if (times.length < 2 || times.every((time) => time === 0)) {
    return undefined;
  }
  const x = scale([0, ...times], LEFT, WIDTH - RIGHT, 3);
  const y = scale(pipelines.map(({ metrics }) => metrics[metric] ?? 0), BOTTOM - 8, 26);
  const points = pipelines.map((pipeline, i) => ({ pipeline, x: x.at(times[i] ?? 0), y: y.at(pipeline.metrics[metric] ?? 0) }));
  return plot(m().reports.cost(metricName(metric)), HEIGHT, grid(x, BOTTOM),
    ...y.ticks.map((tick) => svg("text", { class: "value", x: LEFT - 8, y: y.at(tick) + 4, "text-anchor": "end" }, decimal(tick, decimalsOf(y.ticks)))),
    ...points.map((point, i) => mark(point, labelAt(point, points.slice(0, i)), metric)));
}

function mark({ pipeline: { name, metrics, latency_ms }, x, y }: Point, label: number, metric: string): SVGElement {
  return svg("g", { class: "point" },
    svg("title", {}, `${name}: ${decimal(metrics[metric] ?? 0, 4)}, ${milliseconds(latency_ms?.p50 ?? 0)}`),
    svg("circle", { cx: x, cy: y, r: 5 }),
    svg("text", { class: "name", x: x - 5, y: label }, name));
}

/** labelAt is above the point, or below it where an earlier label is in the way; each further one is a line lower. */
function labelAt({ x, y }: Point, earlier: readonly Point[]): number {
  const crowd = earlier.filter((other) => Math.abs(other.x - x) < RIGHT && Math.abs(other.y - y) < LINE).length;
  return crowd === 0 ? y - 10 : y + 4 + LINE * crowd;
}
