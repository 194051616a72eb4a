// Looks at an HTML report with Debian's Chromium, and fails where it is not as it should be:
//   look.mjs CHROMIUM PAGE SUMMARY...      a summary.json for each run on the page
// Prints a line for each thing that is wrong. Where LLMLOAD_SCREENSHOTS names a folder, what was seen goes
// there.
import {readFileSync} from "node:fs";
import {basename} from "node:path";
import {chromium} from "playwright-core";

const [executable, file, ...summary_files] = process.argv.slice(2);
const summaries = summary_files.map((name) => JSON.parse(readFileSync(name, "utf8")));
let wrong = 0;
function check(holds, what) {
  if (holds) return;
  ++wrong;
  console.log(`${basename(file)}: ${what}`);
}

// Root, which runs tests in containers, has no sandbox there.
const browser = await chromium.launch({executablePath: executable, args: ["--no-sandbox"]});

async function open(theme, width) {
  const page = await browser.newPage({viewport: {width, height: 900}, colorScheme: theme});
  page.on("console", (message) => check(false, `the console says ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => check(false, `a script threw: ${error.stack}`));
  page.on("request", (request) => {
    const url = request.url();
    check(url === `file://${file}` || url === "data:,", `it asks for ${url.slice(0, 200)}`);
  });
  await page.goto(`file://${file}`);
  check(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      `it is wider than ${width} pixels`);
  const empty = await page.evaluate(
      () => [...document.querySelectorAll("canvas")]
                .filter((canvas) => {
                  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                  return !pixels.some((byte) => byte !== 0);
                })
                .map((canvas) => canvas.getAttribute("aria-label")));
  check(empty.length === 0, `nothing is drawn: ${empty.join("; ")} (${theme}, ${width})`);
  if (process.env.LLMLOAD_SCREENSHOTS) {
    const path = `${process.env.LLMLOAD_SCREENSHOTS}/${basename(file, ".html")}-${theme}-${width}`;
    await page.screenshot({path: `${path}.png`, fullPage: true});
  }
  return page;
}

const holders = ["own_error", "groups", "server", "template_tokens", "conversations"];

/** The paths of all numbers that a stage of summary.json has, lists of points apart. */
function paths_of(object, path, found = []) {
  for (const [key, value] of Object.entries(object)) {
    if (key === "started_at" || key === "rate_limits" || key === "requests_by_shard" ||
        key.endsWith("_shares"))
      continue;
    if (typeof value === "number")
      found.push(`${path}.${key}`);
    else if (
        value && typeof value === "object" &&
        (holders.includes(key) || path.includes(".server") || "p50" in value))
      paths_of(value, `${path}.${key}`, found);
    else if (Array.isArray(object) && value && typeof value === "object")
      paths_of(value, `${path}.${key}`, found);
  }
  return found;
}

/** A number is shown to four digits at least, a whole one in full. */
function is_shown_as(value, text) {
  const read = Number(text.replaceAll(",", ""));
  return Number.isInteger(value) ? read === value : Math.abs(read - value) <= Math.abs(value) * 5.1e-4;
}

async function numbers(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => {
    details.open = true;
  }));
  await page.waitForFunction(
      () => [...document.querySelectorAll("figure details")].every((d) => d.querySelector("tbody tr")));
  const shown = await page.evaluate(
      () => [...document.querySelectorAll("data")].map((d) => [d.dataset.path, d.value, d.textContent]));
  const seen = new Set();
  for (const [path, value, text] of shown) {
    const [run, ...members] = path.split(".");
    const expected = members.reduce((object, member) => object?.[member], summaries[run]);
    check(Number(value) === expected, `${path} is ${value}, in summary.json ${expected}`);
    check(is_shown_as(expected, text), `${path} is shown as ${text}, in summary.json ${expected}`);
    seen.add(path);
  }
  const all =
      summaries.flatMap((s, run) => s.stages.flatMap((stage, i) => paths_of(stage, `${run}.stages.${i}`)));
  const missing = all.filter((path) => !seen.has(path));
  check(
      all.length > 0 && missing.length === 0,
      `${missing.length} of summary.json's numbers are not there: ${missing.slice(0, 5).join(", ")}`);
}

async function time_line(page) {
  const sight = () => page.evaluate(() => [view.from, view.until]);
  const whole = await sight(), box = page.locator(".canvas.tall");
  const requests = summaries[0].stages.reduce((sum, s) => sum + s.requests + s.outside_window, 0);
  const there = await page.evaluate(() => view.requests.size);
  check(there === Math.min(requests, 100000), `${there} of ${requests} requests have a point`);
  await box.focus();
  await page.keyboard.press("+");
  const closer = await sight();
  check(closer[1] - closer[0] < 0.6 * (whole[1] - whole[0]), `+ does not zoom: ${closer} of ${whole}`);
  await page.keyboard.press("ArrowRight");
  check((await sight())[0] > closer[0], "the right arrow key does not move");
  await page.keyboard.press("Escape");
  check(String(await sight()) === String(whole), "Escape does not show the whole run");
  const area = await box.boundingBox();
  await page.mouse.move(area.x + area.width * 0.3, area.y + 100);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width * 0.5, area.y + 120);
  await page.mouse.up();
  const dragged = await sight(), length = whole[1] - whole[0];
  check(
      dragged[0] > whole[0] + 0.2 * length && dragged[1] < whole[0] + 0.6 * length,
      `a drag shows ${dragged} of ${whole}`);
  await box.dblclick();
  check(String(await sight()) === String(whole), "a double click does not show the whole run");
}

async function sorting(page) {
  const table = page.locator("#numbers ~ .scroll table").first(),
        head = table.locator("th[aria-sort]").filter({hasText: "Requests"}).first();
  const column = () => table.evaluate(
      (t) => [...t.querySelectorAll("tbody tr")].map(
          (row) => Number(row.cells[2].querySelector("data")?.value)));
  await head.locator("button").click();
  check(
      await head.getAttribute("aria-sort") === "descending",
      "a heading does not say how the table is sorted");
  check(
      String(await column()) === String((await column()).sort((a, b) => b - a)),
      `not sorted: ${await column()}`);
  await head.locator("button").press("Enter");
  check(await head.getAttribute("aria-sort") === "ascending", "Enter does not turn the order");
}

const page = await open("light", 1200);
await numbers(page);
await time_line(page);
await sorting(page);
check(
    await page.evaluate(
        () => window.hacked === undefined &&
            document.querySelectorAll("img, iframe, a[href^=http]").length === 0),
    "a text became markup");
const text = await page.evaluate(
    () =>
        document.body.textContent.replace(document.getElementById("data").textContent, "") + document.title);
check(!/[\u202a-\u202e\u2066-\u2069]/.test(text), "a mark that turns the direction of text is in the page");
for (const part of (process.env.EXPECT_TEXT ?? "").split("\n").filter(Boolean))
  check(text.includes(part), `it does not say ${part}`);
const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const light = await back();
await page.getByRole("button", {name: "Light / dark"}).click();
check(await back() !== light, "the button does not change the theme");
await page.pdf({format: "A4"});
await page.close();
const dark = await open("dark", 400);
check(
    await dark.evaluate(() => getComputedStyle(document.body).backgroundColor) !== light,
    "a dark system has a light page");
dark.removeAllListeners("console");  // which will tell of this
await dark.evaluate(() => {
  const script = document.createElement("script");
  script.textContent = "window.added = 1";
  document.body.append(script);
});
check(await dark.evaluate(() => window.added === undefined), "the page's policy lets another script run");
await browser.close();
process.exit(wrong > 0 ? 1 : 0);
