// Prints how many milliseconds a browser needs for a report: node measure.mjs REPORT
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(pathToFileURL(process.argv[2]).href);
await page.waitForSelector("#slices.ready");
const times = await page.evaluate(async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const timed = async (act) => {
    const began = performance.now();
    act();
    await painted();
    return performance.now() - began;
  };
  await painted();
  const shown = performance.now();
  const find = document.querySelector("#slices [name=find]");
  const filters = [];
  for (const words of ["launch", "hang p90", "iphone1", "failed", "nothing", ""]) {
    filters.push(
      await timed(() => {
        find.value = words;
        find.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    );
  }
  const header = document.querySelector("#slices [data-sort=slice] button");
  const sort = await timed(() => header.click());
  const open = await timed(() => { document.querySelector("#slices tbody details").open = true; });
  return { shown, filter: median(filters), sort, open };
});
await browser.close();
process.stdout.write(JSON.stringify(times));
