import { m } from "../messages/index.js";
import { h } from "../shell/dom.js";

/** policy is what an HTML report may load: nothing. It adds to the page's own policy, which the frame inherits. */
const policy = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;

/**
 * frame shows an HTML report as it was written. Its sandbox runs no script,
 * submits no form and opens no window; its policies allow no request. They
 * forbid its inline styles as well, so those are set from here, which a policy
 * allows. "allow-same-origin" is what lets this page reach in.
 */
export function frame(html: string): HTMLIFrameElement {
  const element = h("iframe", { class: "framed", title: m().reports.framed, sandbox: "allow-same-origin", srcdoc: policy + html });
  element.addEventListener("load", () => dress(element));
  return element;
}

function dress(element: HTMLIFrameElement): void {
  const { contentDocument: report, contentWindow: window } = element;
  if (report === null || window === null) {
    return;
  }
  report.adoptedStyleSheets = [...report.querySelectorAll("style")].map(({ textContent }) => sheet(window, textContent));
  for (const styled of report.querySelectorAll<HTMLElement>("[style]")) {
    styled.style.cssText = styled.getAttribute("style") ?? "";
  }
  report.documentElement.style.colorScheme = getComputedStyle(document.documentElement).colorScheme;
  element.style.height = `${report.documentElement.scrollHeight + 16}px`;
}

/** sheet is made in the report's own window: sheets cannot cross. */
function sheet(window: Window, css: string): CSSStyleSheet {
  const made = new (window as Window & typeof globalThis).CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
