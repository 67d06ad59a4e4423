import { m } from "../messages/index.js";
import { h } from "../shell/dom.js";

/** policy is what an HTML report may load: nothing. It adds to the page's own policy, which the frame inherits. */
const policy = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;

/** Undressed is a report without its styles, which no policy here allows in it, and those styles. */
interface Undressed {
  readonly html: string;
  readonly styles: readonly string[];
}

/**
 * frame shows an HTML report as it was written. Its sandbox runs no script,
 * submits no form and opens no window; its policies allow no request and no
 * styles. Those are set from here, which a policy allows. "allow-same-origin"
 * is what lets this page reach in. See RATIONALE: why-a-report-is-styled-from-outside.
 */
export function frame(html: string): HTMLIFrameElement {
  const report = undress(html);
  const element = h("iframe", { class: "framed", title: m().reports.framed, sandbox: "allow-same-origin", srcdoc: policy + report.html });
  element.addEventListener("load", () => dress(element, report.styles));
  return element;
}

/**
 * undress works on the text: a parser would tell the policy of each style. That
 * it may miss some of a strange report costs looks only; what is safe is the
 * sandbox.
 */
function undress(html: string): Undressed {
  const styles: string[] = [];
  const bare = html.replace(/<style\b[^>]*>(.*?)<\/style>/gis, (_, css: string) => {
    styles.push(css);
    return "";
  });
  return { html: bare.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style=")), styles };
}

function dress(element: HTMLIFrameElement, styles: readonly string[]): void {
  const { contentDocument: report, contentWindow: window } = element;
  if (report === null || window === null) {
    return;
  }
  report.adoptedStyleSheets = styles.map((css) => sheet(window, css));
  for (const styled of report.querySelectorAll<HTMLElement>("[data-style]")) {
    styled.style.cssText = styled.dataset["style"] ?? "";
  }
  element.style.height = `${report.documentElement.scrollHeight + 16}px`;
}

/** sheet is made in the report's own window: sheets cannot cross. */
function sheet(window: Window, css: string): CSSStyleSheet {
  const made = new (window as Window & typeof globalThis).CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
