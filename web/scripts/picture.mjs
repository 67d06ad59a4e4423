// Makes the pictures of README.md: the first view of a running server's page, light
// and dark.
//
//   make run, and beside it, twice: cd web && npm run picture -- http://localhost:8000
//
// The first time reads what the deadline allows, which differs between machines; then all
// is known.
import { fileURLToPath } from "node:url";
import { chromiumPath, launch } from "./chromium.mjs";

const url = process.argv[2] ?? "http://localhost:8000";
const browser = await launch(chromiumPath());
for (const colorScheme of ["light", "dark"]) {
  const page = await browser.newPage({ colorScheme, locale: "en-US", reducedMotion: "reduce", viewport: { width: 1180, height: 880 } });
  await page.goto(`${url}/#start`);
  await page.locator('.column-cascade[aria-busy="false"] li').first().waitFor();
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const path = fileURLToPath(new URL(`../app/start/${colorScheme}.png`, import.meta.url));
  await page.screenshot({ path, clip: { x: 0, y: 310, width: 1180, height: 520 } });
  console.log(path);
}
await browser.close();
