import { applyLanguage, language, m } from "../messages/index.js";
import { h, hidden, svg } from "./dom.js";
import { icon } from "./icons.js";
import { openShortcuts } from "./shortcuts.js";
import { applyTheme, theme } from "./theme.js";

/** names of the views, as they stand behind the # of the address. */
export const names = ["start", "search", "playground", "reports"] as const;
export type Name = (typeof names)[number];

const themeIcons = { system: "system", light: "sun", dark: "moon" } as const;

/** header is what stands above every view. changed is called after a change of language. */
export function header(current: Name, changed: () => void): HTMLElement {
  return h("header", { class: "top" },
    h("a", { class: "brand", href: "#start", dir: "ltr" }, mark(), "splitrank"),
    h("nav", { "aria-label": m().nav.label }, ...names.map((name) => link(name, current))),
    h("div", { class: "tools" }, shortcutsButton(current), themeButton(), languageButton(changed)));
}

/** mark is the sign of splitrank: an order, and the better one. */
function mark(): SVGSVGElement {
  const bars = [[2, 9], [7, 14], [12, 6]] as const;
  return svg("svg", { class: "mark", viewBox: "0 0 18 16", "aria-hidden": "true" },
    ...bars.map(([y, width], i) => svg("rect", { x: 1, y, width, height: 2.5, rx: 1.25, class: i === 1 ? "best" : "" })));
}

function link(name: Name, current: Name): HTMLElement {
  return h("a", { href: `#${name}`, "aria-current": name === current ? "page" : undefined }, m().nav[name]);
}

function shortcutsButton(current: Name): HTMLElement {
  return h("button", { type: "button", class: "tool keyboard", title: m().shortcuts.open, onclick: () => openShortcuts(current) }, icon("keyboard"), hidden(m().shortcuts.open));
}

function themeButton(): HTMLElement {
  const button = h("button", { type: "button", class: "tool", onclick: () => next() });
  const show = () => {
    const said = `${m().theme.label}: ${m().theme[theme.value]}`;
    button.title = said;
    button.replaceChildren(icon(themeIcons[theme.value]), hidden(said));
  };
  const next = () => {
    theme.value = theme.next();
    applyTheme();
    show();
  };
  show();
  return button;
}

function languageButton(changed: () => void): HTMLElement {
  const other = language.next();
  return h("button", { type: "button", class: "tool language", lang: other, title: m().toLanguage, onclick: () => {
    language.value = other;
    applyLanguage();
    changed();
    document.querySelector<HTMLElement>(".language")?.focus();
  } }, m().other);
}
