// Prints the ms from asking a browser for a page until its charts are drawn: time_to_draw.mjs CHROMIUM PAGE
import {chromium} from "playwright-core";

const [executable, file] = process.argv.slice(2);
const browser = await chromium.launch({executablePath: executable, args: ["--no-sandbox"]});
const page = await browser.newPage({viewport: {width: 1200, height: 900}});
const begin = performance.now();
await page.goto(`file://${file}`);
await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
console.log(Math.round(performance.now() - begin));
await browser.close();
