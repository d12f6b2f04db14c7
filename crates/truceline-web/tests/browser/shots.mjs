// Draws the pictures of docs/screens: the main pages, light and dark, and on a phone. LEDGER=… and NOW=… name a
// fuller ledger and a time for the first page.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { browser, serve } from "./served.mjs";

const into = join(import.meta.dirname, "../../../../docs/screens");
mkdirSync(into, { recursive: true });
const [server, full, chromium] = await Promise.all([serve(), process.env.LEDGER && serve(process.env.LEDGER), browser()]);
const page = await (await chromium.newContext()).newPage();
const link = async (path, selector) => {
  await page.goto(server.base + path);
  return page.locator(selector).first().getAttribute("href");
};
const july = "/?at=2016-07-07T12:00Z&as_of=2016-07-10";
const now = (full ?? server).base + (process.env.NOW ? `/?at=${process.env.NOW}` : july);
const truce = await link(july + "&place=Syria", ".when tbody th a");
const claim = await link(`/search?q=${encodeURIComponent('"in violation of the truce"')}`, ".results a");
const wide = { viewport: { width: 1280, height: 860 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 };
for (const [name, path, options] of [
  ["now", now, { viewport: { width: 1280, height: 1300 } }],
  ["now-dark", now, { viewport: { width: 1280, height: 1300 }, colorScheme: "dark" }],
  ["now-phone", now, { ...phone, viewport: { width: 390, height: 1500 } }],
  ["truce", truce, { viewport: { width: 1280, height: 1500 } }],
  ["truce-phone", truce, { ...phone, colorScheme: "dark" }],
  ["claim", claim, wide],
  ["sources", truce.replace("?", "/sources?"), wide],
  ["search", "/search?q=truce", wide],
]) {
  const context = await chromium.newContext(options);
  const page = await context.newPage();
  await page.goto(new URL(path, server.base).href, { waitUntil: "load" });
  const file = join(into, `${name}.png`);
  await page.screenshot({ path: file });
  console.log(name, statSync(file).size);
  await context.close();
}
await chromium.close();
await server.stop();
await full?.stop();
