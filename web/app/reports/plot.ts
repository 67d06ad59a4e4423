import { decimal } from "../messages/index.js";
import { h, svg, type Child } from "../shell/dom.js";
import { decimalsOf, type Scale } from "./scale.js";

/** Sizes of all plots, in their own units; they grow with the page. */
export const WIDTH = 340;
export const LABELS = 96;
export const ROW = 30;
export const AXIS = 24;

/** plot is a picture with a caption. It is read as an image: the table has the same numbers. */
export function plot(caption: string, height: number, ...children: readonly Child[]): HTMLElement {
  return h("figure", { class: "plot" },
    h("figcaption", {}, caption),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": caption, direction: "ltr" }, ...children));
}

/** grid draws the lines of a horizontal scale and their numbers below. */
export function grid({ at, ticks }: Scale, bottom: number): SVGElement {
  return svg("g", { class: "grid" }, ...ticks.flatMap((tick) => [
    svg("line", { x1: at(tick), x2: at(tick), y1: 0, y2: bottom }),
    svg("text", { x: at(tick), y: bottom + 17, "text-anchor": "middle" }, decimal(tick, decimalsOf(ticks))),
  ]));
}

/** name writes what a row is about, shortened where it does not fit; the whole of it shows on pointing. */
export function name(text: string, y: number): SVGElement {
  const short = text.length > 15 ? `${text.slice(0, 14)}…` : text;
  return svg("text", { class: "name", x: 0, y }, svg("title", {}, text), short);
}
