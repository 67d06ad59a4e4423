/** linkRows marks a document in all columns while the pointer is on it in one. Returns columns. */
export function linkRows(columns: HTMLElement): HTMLElement {
  columns.addEventListener("pointerover", ({ target }) => {
    const index = (target as Element).closest<HTMLElement>("li[data-index]")?.dataset["index"];
    for (const row of columns.querySelectorAll<HTMLElement>("li[data-index]")) {
      row.classList.toggle("linked", row.dataset["index"] === index);
    }
  });
  columns.addEventListener("pointerleave", () => columns.querySelectorAll(".linked").forEach((row) => row.classList.remove("linked")));
  return columns;
}
