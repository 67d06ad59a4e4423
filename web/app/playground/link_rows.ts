const ROW = "li[data-index]";

/**
 * linkRows marks a document in all columns while the pointer or the focus is on it in
 * one, and lets keys walk: arrows within a column and to the same document in the next
 * one, Enter opens, Escape calls leave. Returns columns.
 */
export function linkRows(columns: HTMLElement, leave: () => void): HTMLElement {
  const mark = ({ target }: Event) => {
    const index = (target as Element).closest<HTMLElement>(ROW)?.dataset["index"];
    for (const row of columns.querySelectorAll<HTMLElement>(ROW)) {
      row.classList.toggle("linked", index !== undefined && row.dataset["index"] === index);
    }
  };
  columns.addEventListener("pointerover", mark);
  columns.addEventListener("focusin", mark);
  columns.addEventListener("pointerleave", () => columns.querySelectorAll(".linked").forEach((row) => row.classList.remove("linked")));
  columns.addEventListener("keydown", (event) => walk(event, leave));
  return columns;
}

/** focusFirst goes to the first row that can be seen. */
export function focusFirst(columns: Element): void {
  [...columns.querySelectorAll<HTMLElement>(ROW)].find((row) => row.offsetParent !== null)?.focus();
}

function walk(event: KeyboardEvent, leave: () => void): void {
  const row = (event.target as Element).closest<HTMLElement>(ROW);
  if (row === null) {
    return;
  }
  const next = neighbour(row, event.key);
  if (event.key === "Enter" && event.target === row) {
    row.querySelector<HTMLElement>(".why")?.click();
  } else if (event.key === "Escape" || (event.key === "ArrowUp" && next === undefined)) {
    leave();
  } else if (next !== undefined) {
    next.focus();
  } else {
    return;
  }
  event.preventDefault();
}

function neighbour(row: HTMLElement, key: string): HTMLElement | undefined {
  const forward = getComputedStyle(row).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  switch (key) {
    case "ArrowDown":
      return row.nextElementSibling as HTMLElement | null ?? undefined;
    case "ArrowUp":
      return row.previousElementSibling as HTMLElement | null ?? undefined;
    case "ArrowLeft":
    case "ArrowRight":
      return beside(row, key === forward ? 1 : -1);
    default:
      return undefined;
  }
}

/** beside is the same document in the nearest column that shows it. */
function beside(row: HTMLElement, step: number): HTMLElement | undefined {
  const columns = [...(row.closest(".columns")?.children ?? [])].filter((column) => column.classList.contains("column"));
  const same = (column: Element) => column.querySelector<HTMLElement>(`li[data-index="${row.dataset["index"]}"]`);
  for (let i = columns.findIndex((column) => column.contains(row)) + step; columns[i] !== undefined; i += step) {
    const found = same(columns[i] as Element);
    if (found !== null && found.offsetParent !== null) {
      return found;
    }
  }
  return undefined;
}
