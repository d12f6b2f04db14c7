// What an analyst does, done in a browser. Every page opened here is watched: nothing may be asked of another
// host, and nothing may be complained of in the console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { browser, serve } from "./served.mjs";

let chromium, server;
const open = new Set();

before(async () => {
  [server, chromium] = await Promise.all([serve(), browser()]);
});
after(async () => {
  await chromium?.close();
  await server?.stop();
});

// Opens a page that is watched until `done`.
async function watched(options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.expected = [];
  page.on("console", (it) => {
    if (["error", "warning"].includes(it.type())) complaints.push(`${it.type()}: ${it.text()} ${it.location().url}`);
  });
  page.on("pageerror", (it) => complaints.push(`error: ${it.message}`));
  page.on("dialog", (it) => complaints.push(`dialog: ${it.message()}`));
  page.on("request", (it) => {
    if (!it.url().startsWith(server.base + "/")) complaints.push(`asked of ${it.url()}`);
  });
  page.done = async () => {
    const left = complaints.filter((it) => !page.expected.some((expected) => expected.test(it)));
    assert.deepEqual(left, []);
    await context.close();
    open.delete(context);
  };
  open.add(context);
  page.to = async (path) => {
    const answer = await page.goto(server.base + path);
    return answer;
  };
  return page;
}

const JULY = "at=2016-07-07T12:00Z";
const text = async (page, selector = "main") => (await page.innerText(selector)).replace(/\s+/g, " ");

async function truceOf(page, at = JULY) {
  await page.to(`/?${at}&place=Syria`);
  return page.locator(".when tbody th a").first().getAttribute("href");
}

test("a truce is found by the map", async () => {
  const page = await watched();
  await page.to(`/?${JULY}`);
  // Countries are drawn by a file of our own, beside the page.
  const country = page.locator(".map use.lit").first();
  assert.match(await country.getAttribute("href"), /^\/assets\/world-[0-9a-f]{16}\.svg#[A-Z]{2}$/);
  const box = await page.locator('.map a[href*="country=SY"] use').boundingBox();
  assert.ok(box && box.width > 3, "Syria is drawn");
  await page.locator('.map a[href*="country=SY"]').first().click();
  await page.waitForURL(/country=SY/);
  await page.locator(".when tbody th a", { hasText: "72-hour truce" }).first().click();
  await page.waitForURL(/\/truce\/t/);
  assert.match(await text(page, "h1"), /72-hour truce.*Syria/);
  await page.done();
});

test("a truce is found by the line of time", async () => {
  const page = await watched();
  await page.to(`/?${JULY}`);
  const row = page.locator(".when tbody tr", { hasText: "72-hour" }).first();
  const line = row.locator("svg.row");
  assert.match(await line.getAttribute("aria-label"), /6 July 2016, 01:00 to .*12 July 2016, 01:00.*3 alleged violations told of/);
  assert.ok((await line.locator("rect.sure").count()) > 0);
  assert.ok((await line.locator(".mark.violated").count()) > 0);
  const sure = await line.locator("rect.sure").first().boundingBox();
  assert.ok(sure.width > 10, "the window is drawn");
  await row.locator("th a").click();
  await page.waitForURL(/\/truce\/t.*at=/);
  assert.match(await text(page), /who accuses whom/i);
  await page.done();
});

test("a truce is found by search, and a claim is followed down to its quote", async () => {
  const page = await watched();
  await page.to("/");
  await page.fill("#find", 'prolonged OR "in violation of the truce"');
  await page.press("#find", "Enter");
  await page.waitForURL(/\/search\?/);
  assert.match(await text(page), /No quote holds all of these words/);
  await page.fill("#find", '"in violation of the truce"');
  await page.press("#find", "Enter");
  const hit = page.locator(".results q", { hasText: "Free Syrian Army fighters shelled Aleppo" }).first();
  await hit.click();
  await page.waitForURL(/\/claim\/c/);
  const quote = await page.innerText("mark#quote");
  assert.equal(quote.trim(), "Free Syrian Army fighters shelled Aleppo on Wednesday in violation of the truce");
  assert.equal(await page.innerText("mark#quote i.by"), "Free Syrian Army fighters");
  const paragraph = await text(page, ".paragraph");
  assert.ok(paragraph.startsWith("Rebels in Aleppo said") && paragraph.includes(quote.trim()));
  const all = await text(page);
  assert.match(all, /violated/);
  assert.match(all, /who says so Syrian Armed Forces, in (Harbour Wire|Evening Post)/);
  assert.match(all, /en\/act\/violated/);
  assert.match(all, /entry \d+, recorded 2016-07-06T18:00:00Z/);
  await page.click('a:text("this truce")');
  await page.waitForURL(/\/truce\/t/);
  await page.fill("#find", "Syria");
  await page.press("#find", "Enter");
  await page.locator("#truces ~ .results a", { hasText: "72-hour truce" }).first().click();
  await page.waitForURL(/\/truce\/t/);
  await page.done();
});

test("travelling in time changes the answer", async () => {
  const page = await watched();
  const truce = (await truceOf(page)).split("?")[0];
  const answer = async (query) => {
    await page.to(`${truce}${query}`);
    return text(page, "#answer .status");
  };
  assert.equal(await answer("?at=2016-07-07T12:00Z"), "yes");
  // Its time had run out, for all that was known on the eighth; then it was prolonged.
  assert.equal(await answer("?at=2016-07-10T12:00Z&as_of=2016-07-08"), "no");
  assert.equal(await answer("?at=2016-07-10T12:00Z&as_of=2016-07-10"), "yes");
  assert.equal(await answer("?at=2016-07-13T12:00Z"), "no");
  // By the fields, in place, and kept in the address and in every link.
  await page.to(truce);
  await page.fill("#at", "2016-07-10T12:00");
  await page.fill("#as_of", "2016-07-08T12:00");
  await page.click('form.times button');
  await page.waitForURL(/at=2016-07-10T12%3A00&as_of=2016-07-08T12%3A00/);
  await page.locator("#answer .status.no").waitFor();
  assert.match(await page.locator(".quotes a").first().getAttribute("href"), /at=2016-07-10.*as_of=2016-07-08/);
  await page.fill("#as_of", "2016-07-10T12:00");
  await page.click("form.times button");
  await page.locator("#answer .status.yes").waitFor();
  await page.goBack();
  await page.locator("#answer .status.no").waitFor();
  // By the sliders.
  const slide = page.locator('.slide[data-for="as_of"]');
  await slide.focus();
  await slide.press("End");
  await page.locator("#answer .status.yes").waitFor();
  assert.ok(await slide.evaluate((it) => it === document.activeElement), "the slider keeps the focus");
  await page.click("a.back");
  await page.locator("#answer .status.no").waitFor();
  // Before it was known, there was no such truce.
  page.expected.push(/404/);
  assert.equal((await page.to(`${truce}?as_of=2016-07-01`)).status(), 404);
  page.expected.push(/400/);
  assert.equal((await page.to("/?at=soon")).status(), 400);
  assert.match(await text(page), /expected a time like/);
  await page.done();
});

test("everything works without scripts", async () => {
  const page = await watched({ javaScriptEnabled: false });
  await page.to(`/?${JULY}`);
  assert.equal(await page.locator(".slide:visible").count(), 0);
  await page.locator('.map a[href*="country="]').first().focus();
  await page.selectOption('select[name="country"]', "SY");
  await page.click(".filters button");
  await page.waitForURL(/country=SY/);
  assert.ok(page.url().includes("at=2016-07-07"), "the times are kept");
  await page.locator(".when tbody th a").first().click();
  assert.equal(await text(page, "#answer .status"), "yes");
  await page.fill("#at", "2016-07-13T12:00");
  await page.click("form.times button");
  assert.equal(await text(page, "#answer .status"), "no");
  await page.locator(".quotes a").first().click();
  assert.ok((await page.innerText("mark#quote")).length > 10);
  await page.done();
});

test("who holds a token decides, and nobody else", async () => {
  const page = await watched();
  await page.to(`/search?q=${encodeURIComponent('"in violation of the truce"')}`);
  await page.locator(".results q").first().click();
  await page.waitForURL(/\/claim\/c/);
  const claim = new URL(page.url()).pathname;
  assert.equal(await page.locator('main form[action="/review"]').count(), 0);
  // Without a token.
  const refused = await fetch(server.base + "/review", {
    method: "POST", redirect: "manual",
    body: new URLSearchParams({ decision: "reject", claim: claim.split("/").at(-1), why: "x", to: claim }),
  });
  assert.equal(refused.status, 401);
  // With a wrong one.
  await page.click('main a:text("Sign in")');
  page.expected.push(/401/);
  await page.fill('input[name="token"]', "0".repeat(64));
  await page.click("main form button");
  await page.locator('[role="alert"]', { hasText: "Nobody holds this token" }).waitFor();
  // With the right one.
  await page.fill('input[name="token"]', server.token);
  await page.click("main form button");
  await page.waitForURL((it) => it.pathname === claim);
  assert.match(await text(page, ".who"), /Signed in as Ada Lovelace/);
  const cookies = await page.context().cookies();
  assert.ok(cookies.every((it) => it.httpOnly && it.sameSite === "Strict"), JSON.stringify(cookies));
  const [cookie] = cookies;
  // From another site, or without the form's own token.
  const send = (headers, fields) =>
    fetch(server.base + "/review", {
      method: "POST", redirect: "manual", headers: { cookie: `${cookie.name}=${cookie.value}`, ...headers },
      body: new URLSearchParams({ decision: "reject", claim: claim.split("/").at(-1), why: "x", to: claim, ...fields }),
    });
  const form = await page.locator('input[name="form"]').first().inputValue();
  assert.equal((await send({ origin: "https://elsewhere.example" }, { form })).status, 403);
  assert.equal((await send({}, {})).status, 403);
  assert.equal((await send({}, { form: "0".repeat(64) })).status, 403);
  // Reject, then take it back.
  await page.locator('form:has(button[value="reject"]) input[name="why"]').fill("the shells fell elsewhere");
  await page.click('button[value="reject"]');
  await page.locator(".said-so", { hasText: "was rejected" }).waitFor();
  assert.match(await text(page), /rejected by Ada Lovelace: the shells fell elsewhere/);
  await page.locator('form:has(input[value="withdraw"]) input[name="why"]').fill("they did not");
  await page.click('form:has(input[value="withdraw"]) button');
  await page.locator("main", { hasText: /withdrawn by entry \d+/ }).waitFor();
  await page.locator('form:has(button[value="accept"]) input[name="why"]').fill("read again");
  await page.click('button[value="accept"]');
  await page.locator(".said-so", { hasText: "was accepted" }).waitFor();
  assert.match(await text(page, "body"), /Entry \d+ was appended/);
  // Split a report off its truce, and join it again.
  await page.click('a:text("this truce")');
  const truce = new URL(page.url()).pathname;
  const before = await text(page, ".lead");
  assert.match(before, /4 pages, 3 sources/);
  const split = page.locator('form:has(input[value="split"])');
  await split.locator("input[type=checkbox]").last().check();
  const node = await split.locator("input[type=checkbox]").last().inputValue();
  await split.locator('input[name="why"]').fill("another calm");
  await split.locator("button").click();
  await page.locator(".lead", { hasText: "3 pages" }).waitFor();
  const join = page.locator('form:has(input[value="join"])');
  await page.to(`/truce/${node}`);
  await join.locator('input[name="into"]').fill(truce.split("/").at(-1));
  await join.locator('input[name="why"]').fill("it is the same calm");
  await join.locator("button").click();
  await page.locator(".lead", { hasText: "4 pages" }).waitFor();
  // What cannot be is refused in words.
  page.expected.push(/422|404/);
  await page.to(truce);
  await join.locator('input[name="into"]').fill("t0000000000ff");
  await join.locator('input[name="why"]').fill("x");
  await join.locator("button").click();
  await page.locator("main", { hasText: /no truce of that name/ }).waitFor();
  await page.to(truce);
  await page.click(".who button");
  await page.locator('.who a:text("Sign in")').waitFor();
  assert.equal((await page.context().cookies()).length, 0);
  await page.done();
});

test("script in titles, outlets, quotes and names is shown as text", async () => {
  const page = await watched();
  await page.to("/search?q=Yemen");
  const truce = await page.locator("#truces ~ .results a").first().getAttribute("href");
  const claims = await page.locator(".results a[href^='/claim/']").evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  assert.ok(claims.length >= 2);
  let shown = "";
  for (const path of ["/?at=2016-07-12T12:00Z", "/search?q=Yemen", truce, truce.split("?")[0] + "/sources", ...claims,
    "/search?q=" + encodeURIComponent('"><script>document.title="taken"</script>'),
    "/?place=" + encodeURIComponent('"><img src=x onerror=alert(1)>'),
    "/truce/" + encodeURIComponent('<script>alert(1)</script>')]) {
    page.expected.push(/404/);
    await page.to(path);
    shown += await text(page, "body");
    assert.doesNotMatch(await page.title(), /^taken/);
    assert.equal(await page.locator("img, iframe, object, embed, body script, [onerror]").count(), 0, path);
    assert.equal(await page.locator('a[href^="javascript:" i]').count(), 0, path);
  }
  assert.ok(shown.includes("<script>document.title='taken'</script>"), "it is there to be read");
  assert.ok(shown.includes("<script>document"), "in a quote too");
  // What reads from right to left stands on the right.
  await page.to(truce);
  const right = await page.getByText("هدنة في اليمن لمدة أسبوعين").first().evaluate((it) => getComputedStyle(it).direction);
  assert.equal(right, "rtl");
  await page.done();
});

test("nothing is loaded but what this server serves", async () => {
  for (const path of ["/", "/search?q=truce", "/sign-in"]) {
    const answer = await fetch(server.base + path);
    const policy = answer.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    const html = await answer.text();
    assert.doesNotMatch(html, /<[^>]*\s(style|on[a-z]+)=|<style/);
    const loaded = [...html.matchAll(/(?:src|rel="stylesheet" href)="([^"]+)"/g)].map((it) => it[1]);
    for (const file of loaded) assert.match(file, /^\/assets\/[a-z]+-[0-9a-f]{16}\.[a-z]+$/);
  }
  const css = (await (await fetch(server.base + "/")).text()).match(/\/assets\/page-[0-9a-f]+\.css/)[0];
  assert.match((await fetch(server.base + css)).headers.get("cache-control"), /immutable/);
  assert.equal((await fetch(server.base + "/assets/..%2f..%2fCargo.toml")).status, 404);
});

test("pages can be used by keyboard, on a phone, and by ear", async () => {
  const page = await watched();
  const truce = await truceOf(page);
  await page.to(truce);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const claim = await page.locator(".quotes a").first().getAttribute("href");
  await page.done();
  const paths = [`/?${JULY}`, "/?at=2023-11-28&show=all", truce, `${truce.split("?")[0]}/sources`, claim, "/search?q=truce", "/sign-in", "/truce/none"];
  for (const options of [{}, { colorScheme: "dark" }, { viewport: { width: 360, height: 740 } }]) {
    const page = await watched(options);
    page.expected.push(/404/);
    for (const path of paths) {
      await page.to(path);
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const faults = found.violations.map((it) => `${it.impact} ${it.id}: ${it.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
      assert.deepEqual(faults.filter((it) => /^(serious|critical)/.test(it)), [], `${path} ${JSON.stringify(options)}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${path} is ${over} px wider than ${JSON.stringify(options)}`);
    }
    await page.done();
  }
});

test("times are shown as told, on the clocks of the place, and in UTC", async () => {
  const page = await watched();
  await page.to(await truceOf(page));
  const card = await text(page, "dl.card");
  assert.match(card, /Wed 6 July 2016, 01:00 \(Asia\/Damascus, \+03:00\) · Tue 5 July, 22:00 UTC/);
  assert.match(card, /1 a\.m\. on July 6, 2016/);
  // Three days from the start are worked out, and marked so.
  await page.to((await truceOf(page)).split("?")[0] + "?at=2016-07-07T12:00Z&as_of=2016-07-08");
  assert.match(await text(page, "section:has(#answer)"), /Sat 9 July 2016, 01:00.*derived in 1 d 10 h/);
  assert.match(await page.locator("svg.row").first().getAttribute("aria-label"), /\(start \+ PT72H, derived\)/);
  await page.done();
});

test("a page that stays open is told when the ledger has grown", async () => {
  const page = await watched();
  await page.to(`/?${JULY}`);
  await page.waitForTimeout(300);
  assert.equal(await page.locator(".news:visible").count(), 0);
  const quote = await page.request.get(`${server.base}/api/v1/search?q=violation`);
  const [found] = (await quote.json()).claims;
  const accepted = await fetch(`${server.base}/api/v1/reviews`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify({ decision: "accept", claim: found.claim, why: "read again" }),
  });
  assert.ok(accepted.ok, await accepted.text());
  await page.locator(".news:visible").waitFor({ timeout: 5000 });
  await page.click(".news a");
  await page.waitForURL(/at=2016-07-07/);
  await page.done();
});
