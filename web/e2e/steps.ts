import type { Page } from "playwright-core";

/** rank types a query into the search and waits for its order. */
export async function rank(page: Page, query: string): Promise<void> {
  await page.fill("#query", query);
  await page.waitForFunction(() => document.querySelector(".result .why") !== null && document.querySelector("#said")?.textContent !== "");
}

/** choose takes a radio button by its value. */
export async function choose(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`input[name="${name}"][value="${value}"]`).check();
}

/** paste writes documents of one's own where the view has an editor. */
export async function paste(page: Page, documents: string): Promise<void> {
  if (!(await page.locator("#documents").isVisible())) {
    await page.locator(".documents > summary").click();
  }
  await page.fill("#documents", documents);
}

/** drop lets a file with that text fall on the page. */
export async function drop(page: Page, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped"));
    return data;
  }, text);
  await page.dispatchEvent("main", "dragover", { dataTransfer });
  await page.getByText("Drop to load the documents").waitFor();
  await page.dispatchEvent("main", "drop", { dataTransfer });
}

/** titles are the headings of the rows below selector, in their order. */
export function titles(page: Page, selector: string): Promise<string[]> {
  return page.locator(`${selector} h3`).allTextContents();
}

/** settled waits until the cascade has its last word. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.column-cascade[aria-busy="false"]').waitFor();
}
