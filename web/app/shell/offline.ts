import { m } from "../messages/index.js";
import { h } from "./dom.js";

/** keepOffline lets the service worker keep the page, and says when a newer one is there. */
export async function keepOffline(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined; // none without a secure context
  if (workers === undefined) {
    return;
  }
  const updating = workers.controller !== null;
  workers.addEventListener("controllerchange", () => updating && tell(m().update.text));
  await workers.register("sw.js").catch((error: unknown) => console.warn("splitrank: this page is not kept for offline use", error));
}

function tell(text: string): void {
  document.body.append(h("div", { class: "toast", role: "status" },
    h("span", {}, text), h("button", { type: "button", class: "quiet", onclick: () => location.reload() }, m().update.reload)));
}
