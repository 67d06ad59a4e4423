import { h } from "./dom.js";

/** Catcher takes files that are dropped anywhere on the page. */
interface Catcher {
  readonly invitation: string;
  take(file: File): void;
}

let catcher: Catcher | undefined;
let veil: HTMLElement | undefined;

/** catchDrops says who takes dropped files from now on; undefined = nobody. */
export function catchDrops(next: Catcher | undefined): void {
  catcher = next;
}

/** listenForDrops is called once. A file that nobody takes must not replace the page either. */
export function listenForDrops(): void {
  addEventListener("dragover", over);
  addEventListener("dragleave", (event) => event.relatedTarget === null && lift());
  addEventListener("drop", drop);
}

function over(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes("Files")) {
    return;
  }
  event.preventDefault();
  if (veil === undefined && catcher !== undefined) {
    veil = h("div", { class: "veil" }, h("p", {}, catcher.invitation));
    document.body.append(veil);
  }
}

function drop(event: DragEvent): void {
  const file = event.dataTransfer?.files[0];
  lift();
  if (file !== undefined) {
    event.preventDefault();
    catcher?.take(file);
  }
}

function lift(): void {
  veil?.remove();
  veil = undefined;
}
