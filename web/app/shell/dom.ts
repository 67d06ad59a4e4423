// See RATIONALE: why-the-page-has-no-framework.

/** Child of an element; what is empty is left out, so that conditions can stand in a list of children. */
export type Child = Node | string | number | null | undefined | false;

/** Attribute values: true is an empty attribute, false and undefined none, a function listens to the event after "on". */
type Props = Record<string, string | number | boolean | undefined | ((event: never) => void)>;

/** h makes an HTML element. A property that starts with "--" is a variable of CSS, set so that the content security policy allows it. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  return furnish(document.createElement(tag), props, children);
}

/** svg makes an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, props: Props = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function furnish<E extends HTMLElement | SVGElement>(element: E, props: Props, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(props)) {
    setProp(element, name, value);
  }
  element.append(...children.filter(present).map(node));
  return element;
}

function setProp(element: HTMLElement | SVGElement, name: string, value: Props[string]): void {
  if (typeof value === "function") {
    element.addEventListener(name.slice(2), value as unknown as EventListener);
  } else if (name.startsWith("--")) {
    element.style.setProperty(name, String(value));
  } else if (value !== undefined && value !== false) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function present(child: Child): child is Node | string | number {
  return child !== null && child !== undefined && child !== false;
}

function node(child: Node | string | number): Node | string {
  return typeof child === "number" ? String(child) : child;
}

/** hidden is text for screen readers only. */
export function hidden(text: string): HTMLElement {
  return h("span", { class: "visually-hidden" }, text);
}
