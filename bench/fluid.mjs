// Do the pages stay fluid with 10,000 members? Makes a chain with 12,000 products and 12,000 customers, serves it, drives the
// workbench and the customers' pages in chromium as a hand would, and prints for each kind of input, in milliseconds: the time to the
// next painted frame (median, p95, greatest), the longest task that the input left behind, and the time until the server's
// answer stands on the page. The asked-for bound is 100 ms to the next painted frame at p95. It is no test: times are those
// of one machine on one day.
//
//   node bench/fluid.mjs target/debug/tessera [folder to keep the project in [products] [segments] [customers]]
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('playwright-core');
const [tessera, kept, ...parts] = process.argv.slice(2);
const asked = (part) => parts.length === 0 || parts.includes(part);
if (!tessera) throw new Error('name the program: node bench/fluid.mjs target/debug/tessera');
const folder = kept ?? mkdtempSync(join(tmpdir(), 'tessera-fluid-'));
const project = join(folder, 'chain');
const run = (...args) => execFileSync(tessera, [...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });
const ours = (...args) => run(...args, '--project', project);

if (!existsSync(project)) {
  const size = { customers: 12000, stores: 40, products: 12000, orders: 150000, seed: 7 };
  run('synth', join(folder, 'files'), ...Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]));
  run('new', project);
  for (const kind of ['products', 'stores', 'customers', 'orders']) ours('import', join(folder, 'files', `${kind}.csv`), '--as', kind, '--preset', 'native');
  ours('run');
  for (const [scheme, template] of [['goods', 'products-by-attributes'], ['value', 'customer-value']]) {
    ours('segment', 'recipe', scheme, '--template', template);
    ours('segment', 'fit', scheme, '--clusters', '6');
  }
}

const server = spawn(tessera, ['serve', '--project', project, '--addr', '127.0.0.1:0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const { url, login } = await new Promise((resolve, reject) => {
  let text = '';
  server.stdout.on('data', (part) => {
    text += part;
    if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]));
  });
  server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});

/** In the page: from each input to the frame that was painted after its handlers, and the long tasks after it. */
function probe() {
  const told = { frames: [], tasks: [] };
  window.fluid = told;
  const ofInput = ['pointerdown', 'click', 'keydown', 'input', 'change', 'mousemove', 'wheel'];
  for (const type of ofInput) {
    window.addEventListener(type, (event) => {
      const from = event.timeStamp;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => told.frames.push(performance.now() - from);
        port2.postMessage(0);
      });
    }, { capture: true, passive: true });
  }
  new PerformanceObserver((list) => told.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
}

const browser = await chromium.launch({ executablePath: process.env.TESSERA_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(120_000);
await page.addInitScript(probe);
await page.goto(login);
await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).waitFor({ timeout: 120_000 });

const rows = [];
const quantile = (all, q) => (all.length === 0 ? Number.NaN : [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil(q * all.length) - 1)]);
/** Drives one kind of input so many times; `answered` waits for what the server tells. */
async function measure(where, what, times, act, answered) {
  const [frames, tasks, answers] = [[], [], []];
  for (let turn = 0; turn < times; turn++) {
    await page.evaluate(() => ((window.fluid.frames.length = 0), (window.fluid.tasks.length = 0)));
    const from = performance.now();
    if ((await act(turn)) === false) continue;
    await page.waitForFunction(() => window.fluid.frames.length > 0, undefined, { polling: 5, timeout: 5000 }).catch(() => {});
    if (answered) {
      await answered();
      answers.push(performance.now() - from);
    }
    await page.waitForTimeout(120);
    const told = await page.evaluate(() => ({ frames: [...window.fluid.frames], tasks: [...window.fluid.tasks] }));
    if (told.frames.length > 0) frames.push(Math.max(...told.frames));
    tasks.push(Math.max(0, ...told.tasks));
  }
  const ms = (n) => (Number.isNaN(n) ? '' : n.toFixed(0));
  rows.push([where, what, frames.length, ms(quantile(frames, 0.5)), ms(quantile(frames, 0.95)), ms(Math.max(...frames)), ms(quantile(tasks, 0.95)), ms(quantile(answers, 0.5)), ms(quantile(answers, 0.95))]);
  console.error(rows.at(-1).join(' | '));
}
const settled = async () => {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('main .skeleton').length === 0, undefined, { timeout: 120_000 });
};
const quiet = (list) => () => page.waitForFunction((id) => document.querySelector(`#${id} table[aria-busy="false"]`) !== null, list, { timeout: 60_000 });

/** A list that the server pages: sort, search, page size, turning, scroll, focus by key. */
async function list(where, id) {
  const panel = page.locator(`#${id}`);
  const answered = quiet(id);
  const headers = panel.locator('thead button.sort');
  await answered();
  await panel.getByRole('combobox', { name: /^Rows per page/ }).selectOption('250');
  await answered();
  const many = await headers.count();
  await panel.scrollIntoViewIfNeeded();
  await measure(where, 'sort by a column, 250 rows', 20, (turn) => headers.nth(turn % many).click(), answered);
  await measure(where, 'turn the page, 250 rows', 20, () => panel.getByRole('button', { name: /^Next page/ }).click(), answered);
  const search = panel.getByRole('searchbox');
  await search.focus();
  await measure(where, 'type into the search', 20, (turn) => page.keyboard.press(turn % 4 === 3 ? 'Backspace' : String(turn % 4)), answered);
  await search.fill('');
  await answered();
  const body = await panel.locator('tbody').boundingBox();
  await page.mouse.move(body.x + 300, Math.min(700, body.y + 200));
  await measure(where, 'scroll by the wheel', 40, (turn) => page.mouse.wheel(0, turn < 20 ? 240 : -240));
  await measure(where, 'hover rows', 40, (turn) => page.mouse.move(500 + (turn % 5) * 40, 200 + turn * 12));
  await panel.locator('tbody button, tbody a, tbody input').first().focus();
  await measure(where, 'move the focus by key', 40, () => page.keyboard.press('Tab'));
}

/** The clusters of a scheme: cards, maps. */
async function clusters(where) {
  const cards = page.locator('.card button.name');
  const many = await cards.count();
  await cards.first().scrollIntoViewIfNeeded();
  await measure(where, 'select a cluster by its card', 20, (turn) => cards.nth(turn % many).click());
  await page.getByRole('group', { name: 'Look at one segment' }).getByRole('button', { name: /^All/ }).click();
  const map = page.locator('section.map canvas').first();
  await map.scrollIntoViewIfNeeded();
  const box = await map.boundingBox();
  const at = (turn) => [box.x + box.width * (0.25 + 0.5 * ((turn * 7) % 20) / 20), box.y + box.height * (0.25 + 0.5 * ((turn * 11) % 20) / 20)];
  await measure(where, 'hover the map', 60, (turn) => page.mouse.move(...at(turn)));
  await measure(where, 'press points of the map', 20, (turn) => page.mouse.click(...at(turn)));
  // A press picks a product, or selects the cluster of a customer: the list below begins with all.
  await page.getByRole('group', { name: 'Look at one segment' }).getByRole('button', { name: /^All/ }).click();
}

const of = (path) => `${url.replace(/\/$/, '')}/p/chain/${path}`;
try {
  // What the machine itself needs for a frame in which nothing is to be done: all other times hold it, too.
  await page.goto(of('settings/keys'));
  await settled();
  await measure('nothing to do', 'move over an empty page', 60, (turn) => page.mouse.move(700 + (turn % 20) * 8, 700 + (turn % 7) * 10));

  if (asked('products')) {
    await page.goto(of('workbench/goods'));
    await settled();
    await clusters('products');
    await list('products', 'members');
    const members = page.locator('#members');
    const boxes = members.locator('tbody input[type=checkbox]');
    await boxes.first().scrollIntoViewIfNeeded();
    await measure('products', 'pick a row', 20, (turn) => boxes.nth(turn).click());
    const filter = members.getByRole('combobox', { name: 'Cluster', exact: true });
    const options = await filter.locator('option').evaluateAll((all) => all.map((one) => one.value));
    await measure('products', 'filter by cluster', 20, (turn) => filter.selectOption(options[turn % options.length]), quiet('members'));
    const all = members.getByRole('button', { name: /Pick this page|Unpick this page/ });
    await measure('products', 'pick a page of 250', 20, () => all.click());
    const targets = page.locator('button.target');
    const many = await targets.count();
    const weighed = () => page.waitForFunction(() => !/Weighing|Point at/.test(document.querySelector('.cost')?.textContent ?? 'Weighing'), undefined, { timeout: 60_000 });
    await measure('products', 'go to a target by key, 250 picked, with the cost', 20, async (turn) => {
      if (turn % many === 0) await targets.first().focus();
      await page.keyboard.press('Tab');
    }, weighed);
  }
  if (asked('segments')) {
    await page.goto(of('workbench/value'));
    await settled();
    await page.getByLabel('I look at people to').selectOption({ index: 1 }).catch(() => {});
    await clusters('segments of customers');
    await list('segments of customers', 'members');
  }
  if (asked('customers')) {
    await page.goto(of('customers'));
    await settled();
    await list('list of customers', 'customers');
  }
} finally {
  await browser.close();
  server.kill('SIGINT');
  if (!kept) rmSync(folder, { recursive: true, force: true });
}
const header = ['where', 'what', 'times', 'next frame, median', 'p95', 'greatest', 'longest task after, p95', 'answer, median', 'answer, p95'];
for (const row of [header, header.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
console.log(`load of the machine at the end: ${loadavg().map((n) => n.toFixed(1)).join(', ')}`);
