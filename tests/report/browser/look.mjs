// Looks at reports in Chromium. Each line of the input is {"what", "report"} as JSON, and each line of the output what
// was seen, or {"fault"}; both end together.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await launch();
let report;

// A page that showed the report, and all that it complained of or asked for.
async function opened({ width = 1280, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000); // never waited for, unless something is wrong
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("dialog", (dialog) => { complaints.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!/^(file|data):/.test(request.url())) complaints.push(request.url()); });
  await page.goto(pathToFileURL(report).href);
  return { page, complaints };
}

const rows = (page) =>
  page.$$eval("#slices tbody tr", (all) =>
    all.map((row) => ({
      state: row.querySelector(".state").textContent,
      rule: row.querySelector("td.wide").textContent,
      slice: row.querySelector("summary").textContent,
      change: row.lastElementChild.textContent,
    })),
  );
const said = (page) => page.textContent("#slices [role=status]");
const unfold = (page) => page.$$eval("details", (all) => { for (const one of all) one.open = true; });

const views = {
  async faults() {
    const found = [];
    for (const [colorScheme, width] of [["light", 390], ["dark", 1280]]) {
      const { page } = await opened({ colorScheme, width });
      await unfold(page);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run());
      for (const { id, impact, nodes } of violations) {
        found.push({ id, impact, colorScheme, width, at: nodes.map((node) => node.target.join(" ")).slice(0, 5) });
      }
    }
    return found;
  },

  async quiet() {
    const { page, complaints } = await opened();
    await unfold(page);
    await page.fill("#slices [name=find]", "launch");
    await page.click("#theme");
    return complaints;
  },

  async widths() {
    const wider = {};
    const { page } = await opened();
    await unfold(page);
    for (const width of [360, 390, 768, 1024, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      wider[width] = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    }
    return wider;
  },

  async filters() {
    const { page } = await opened();
    const seen = { all: await rows(page), status: await said(page) };
    await page.check("#slices [name=state][value=fail]");
    seen.fail = await rows(page);
    seen.failStatus = await said(page);
    await page.check("#slices [name=state][value=warn]");
    seen.failOrWarn = await rows(page);
    await page.click("#slices [type=reset]");
    await page.waitForFunction((n) => document.querySelectorAll("#slices tbody tr").length === n, seen.all.length);
    await page.selectOption("#slices [name=device]", { label: "iPhone 11" });
    seen.device = await rows(page);
    await page.fill("#slices [name=find]", "NO such 1 118");
    seen.nothing = await rows(page);
    await page.selectOption("#slices [name=device]", "");
    await page.fill("#slices [name=find]", "P90 1 630");
    seen.words = await rows(page);
    await page.click("#incidents a[data-filter]");
    seen.link = await rows(page);
    await page.click(".tally a[data-value=undecided]");
    seen.tally = await rows(page);
    return seen;
  },

  async shadow() {
    const { page } = await opened();
    await page.click("#apart .rules a");
    return {
      visible: await page.locator("#apart-slices tbody tr").first().isVisible(),
      status: await page.textContent("#apart-slices [role=status]"),
      others: await said(page),
    };
  },

  async sorting() {
    const { page } = await opened();
    const sorts = () => page.$$eval("#slices th[aria-sort]", (all) => all.map((one) => [one.textContent, one.getAttribute("aria-sort")]));
    const seen = { first: await sorts() };
    for (const name of ["change", "slice", "rule", "state"]) {
      const button = page.locator(`#slices th[data-sort=${name}] button`);
      if (name !== "state") await button.click();
      seen[name] = { rows: await rows(page), sorts: await sorts() };
      await button.click();
      seen[`${name} again`] = { rows: await rows(page), sorts: await sorts() };
    }
    return seen;
  },

  async charts() {
    const { page } = await opened();
    const inner = (svg) => svg.innerHTML.replace(/\s*\n\s*/g, "").replaceAll("\u00a0", " ");
    const served = await page.$eval("#incidents svg.chart", inner);
    const before = await page.$$eval("#slices svg", (all) => all.length);
    await page.click("#slices tbody summary");
    await page.waitForSelector("#slices svg.chart");
    return {
      before,
      same: served === (await page.$eval("#slices svg.chart", inner)),
      name: await page.getAttribute("#slices svg.chart", "aria-label"),
      role: await page.getAttribute("#slices svg.chart", "role"),
      numbers: await page.textContent("#slices tbody tr .numbers"),
    };
  },

  async pages() {
    const { page } = await opened();
    const seen = { first: (await rows(page)).length, status: await said(page), button: await page.textContent("#slices .more") };
    await page.click("#slices .more");
    seen.second = (await rows(page)).length;
    seen.focus = await page.evaluate(() => [...document.querySelectorAll("#slices tbody tr")].findIndex((row) => row.contains(document.activeElement)));
    return seen;
  },

  async keyboard() {
    const { page } = await opened();
    const stops = [];
    const unseen = [];
    for (let press = 0; press < 400; press += 1) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const one = document.activeElement;
        if (one === document.body) return null;
        const shown = one.closest(".chip") || one;
        const style = getComputedStyle(shown);
        const rect = one.querySelector("rect");
        const visible = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || (rect && parseFloat(getComputedStyle(rect).strokeWidth) > 2);
        return { name: one.textContent.trim().slice(0, 40) || one.name || one.type, tag: one.tagName, visible: Boolean(visible) };
      });
      if (!stop) break;
      stops.push(stop);
      if (!stop.visible) unseen.push(stop);
    }
    const summary = page.locator("#slices tbody summary").first();
    await summary.focus();
    await page.keyboard.press("Enter");
    const opened_ = await page.$eval("#slices tbody details", (one) => one.open);
    await page.locator("#slices th[data-sort=change] button").focus();
    await page.keyboard.press("Enter");
    const sorted = await page.getAttribute("#slices th[data-sort=change]", "aria-sort");
    await page.locator("#slices [name=state]").first().focus();
    await page.keyboard.press("Space");
    const status = await said(page);
    return { first: stops[0], tags: [...new Set(stops.map((stop) => stop.tag))], unseen, opened: opened_, sorted, status };
  },

  async theme() {
    const seen = {};
    for (const colorScheme of ["light", "dark"]) {
      const { page } = await opened({ colorScheme });
      const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const label = () => page.textContent("#theme");
      seen[colorScheme] = [await colour(), await label()];
      await page.click("#theme");
      seen[`${colorScheme} switched`] = [await colour(), await label()];
    }
    return seen;
  },

  async bare() {
    const { page, complaints } = await opened({ javaScriptEnabled: false });
    const visible = async (selector) => {
      const all = await page.locator(selector).all();
      return (await Promise.all(all.map((one) => one.isVisible()))).filter(Boolean).length;
    };
    return {
      complaints,
      rows: await visible("#slices tbody tr"),
      charts: await visible("#incidents svg.chart"),
      filters: await visible("form"),
      buttons: await visible("button"),
      text: await page.innerText("main"),
    };
  },

  async paper() {
    const { page } = await opened({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    const gone = [];
    for (const selector of ["nav", "form", "#theme"]) gone.push(await page.locator(selector).first().isVisible());
    return { gone, ink: await page.evaluate(() => getComputedStyle(document.body).color) };
  },

  async motion() {
    const seen = {};
    for (const reducedMotion of ["reduce", "no-preference"]) {
      const { page } = await opened({ reducedMotion });
      seen[reducedMotion] = await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior);
    }
    return seen;
  },

  async broken() {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => { Intl.Collator = null; });
    await page.goto(pathToFileURL(report).href);
    return { rows: await page.locator("#slices tbody tr").first().isVisible() };
  },
};

try {
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    report = asked.report;
    const seen = await views[asked.what]().catch((error) => ({ fault: error.message }));
    process.stdout.write(`${JSON.stringify(seen)}\n`);
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
} finally {
  await browser.close();
}
