import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launch } from "../scripts/chromium.mjs";

/** Milliseconds for one step, on a machine with other things to do. */
const PATIENCE = 60_000;

/** start starts the Chromium that scripts/test_page.mjs found. */
export function start(): Promise<Browser> {
  return launch(process.env["SPLITRANK_CHROMIUM"] as string);
}

/** Visit is a page of its own storage, and what went wrong in it. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts and of the content security policy. */
  readonly errors: string[];
  /** Addresses that were asked for. */
  readonly requests: string[];
}

/** visit opens an address. Nothing moves, so that nothing must be waited for. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "en-US", ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  context.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests, [Symbol.asyncDispose]: () => context.close() };
}
