import { svg } from "./dom.js";

/** Outlines on a grid of 16, drawn with the text's own colour. */
const paths = {
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  up: "M8 13V3M3.5 7.5 8 3l4.5 4.5",
  down: "M8 3v10m4.5-4.5L8 13 3.5 8.5",
  same: "M4 8h8",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5m0 11V15M1 8h1.5m11 0H15M3.1 3.1l1 1m7.8 7.8 1 1m0-9.8-1 1m-7.8 7.8-1 1",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  keyboard: "M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6",
  copy: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  check: "M3 8.5 6.5 12 13 4.5",
  alert: "M8 2 1.5 13.5h13zM8 6.5v3.2M8 11.7h.01",
  file: "M9.5 1.5h-6v13h9v-10zm0 0v3h3",
  play: "M4.5 3v10l8-5z",
  close: "m4 4 8 8m0-8-8 8",
} as const;

type IconName = keyof typeof paths;

/** icon is decoration: what it says must stand beside it in words. */
export function icon(name: IconName): SVGSVGElement {
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, svg("path", { d: paths[name] }));
}
