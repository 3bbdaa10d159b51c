// What an input costs does not grow with the members: long pages draw the rows in sight alone, and what is selected or picked
// changes no other row and no element of the map. Counts elements, no times: those are measured by bench/fluid.mjs. Needs
// the scheme `dna` of the project `chain`, which tests/browser/run makes.
import type { Page } from '@playwright/test';
import { expect, findings, settled, test } from './visit';

const dna = '/p/chain/workbench/dna';

/** What an act changes within an element: elements added and taken away, and elements of which an attribute or a text changed. */
async function changedBy(page: Page, within: string, act: () => Promise<void>): Promise<{ moved: number; touched: number }> {
  await page.evaluate((selector) => {
    const told = { moved: 0, touched: new Set<Node>() };
    const size = (nodes: NodeList) => [...nodes].reduce((n, node) => n + (node instanceof Element ? 1 + node.querySelectorAll('*').length : 0), 0);
    const observer = new MutationObserver((all) => {
      for (const one of all) {
        if (one.type === 'childList') told.moved += size(one.addedNodes) + size(one.removedNodes);
        else told.touched.add(one.target);
      }
    });
    const root = document.querySelector(selector);
    if (!root) throw new Error(`nothing is ${selector}`);
    observer.observe(root, { childList: true, subtree: true, attributes: true, characterData: true });
    Object.assign(window, { told, observer });
  }, within);
  await act();
  await page.waitForTimeout(400);
  return page.evaluate(() => {
    const { told, observer } = window as unknown as { told: { moved: number; touched: Set<Node> }; observer: MutationObserver };
    observer.disconnect();
    return { moved: told.moved, touched: told.touched.size };
  });
}
const rows = '#members tbody [data-row]';
const widths = (page: Page) => page.locator('#members thead th').evaluateAll((all) => all.map((th) => Math.round(th.getBoundingClientRect().width)));

/** How many shapes were drawn on canvases so far. */
const strokes = (page: Page) => page.evaluate(() => (window as unknown as { strokes: number }).strokes);

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const counted = Object.assign(window, { strokes: 0 });
    const context = CanvasRenderingContext2D.prototype;
    for (const name of ['fill', 'drawImage'] as const) {
      const draw = context[name] as (...all: unknown[]) => void;
      context[name] = function (this: CanvasRenderingContext2D, ...all: unknown[]) {
        counted.strokes++;
        draw.apply(this, all);
      };
    }
  });
  await page.goto(`${dna}?m.limit=250`);
  await settled(page);
  await expect(page.locator('#members table[aria-busy="false"]')).toHaveAttribute('aria-rowcount', '251');
});

test('a page of 250 rows draws those in sight, wherever one scrolls', async ({ page }) => {
  const members = page.locator('#members');
  await members.scrollIntoViewIfNeeded();
  expect(await page.locator(rows).count()).toBeLessThan(100);
  const wide = await widths(page);
  await members.getByRole('button', { name: /^Next page/ }).scrollIntoViewIfNeeded();
  await expect(page.locator('#members [data-row="249"]')).toBeInViewport();
  await expect(page.locator('#members [data-row="0"]')).toHaveCount(0);
  expect(await page.locator(rows).count()).toBeLessThan(100);
  expect(await widths(page)).toEqual(wide);
  // Nothing is missing in between: the rows drawn follow one another.
  const places = await page.locator(rows).evaluateAll((all) => all.map((row) => Number((row as HTMLElement).dataset['row'])));
  expect(places).toEqual(Array.from({ length: places.length }, (_, i) => places[0]! + i));
  // Sorted anew, far fewer elements are made than 250 rows have.
  const sort = members.getByRole('button', { name: /^Receipts/ }).first();
  const { moved } = await changedBy(page, '#members', async () => {
    await sort.click();
    await expect(members.locator('table[aria-busy="false"] th[aria-sort="descending"]')).toHaveText(/Receipts/);
  });
  expect(moved).toBeGreaterThan(100);
  expect(moved).toBeLessThan(4000);
  expect(await findings(page)).toEqual([]);
});

test('keys go from row to row past the rows drawn, and the row with the focus stays', async ({ page }) => {
  const focused = () => page.evaluate(() => Number(document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? -1));
  const last = Number(await page.locator(rows).last().getAttribute('data-row'));
  await page.locator(`#members [data-row="${last - 2}"] input[type=checkbox]`).focus();
  let before = await focused();
  for (let press = 0; press < 30; press++) {
    await page.keyboard.press('Tab');
    // Each row has its opener and its box.
    await expect.poll(focused).toBeGreaterThanOrEqual(before);
    expect((await focused()) - before).toBeLessThanOrEqual(1);
    before = await focused();
  }
  expect(before).toBeGreaterThan(last + 5);
  await page.mouse.wheel(0, -20000);
  await expect(page.locator('#members [data-row="0"]')).toHaveCount(1);
  expect(await focused()).toBe(before);
});

test('to select and to pick changes no element of the map and no other row', async ({ page }) => {
  const map = page.getByRole('region', { name: 'Map of products' });
  const drawn = () => map.locator('canvas').evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
  await map.scrollIntoViewIfNeeded();
  await expect(async () => expect((await drawn())[0]!.length).toBeGreaterThan(5000)).toPass();
  const before = await drawn();
  const card = page.locator('.card button.name').first();
  expect(await changedBy(page, 'section.map', () => card.click())).toEqual({ moved: 0, touched: 0 });
  expect((await drawn())[0], 'the points of other clusters are faint').not.toBe(before[0]);
  await card.click();
  await settled(page);

  const box = page.locator(`${rows} input[type=checkbox]`).nth(3);
  await box.scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const drawnSoFar = await strokes(page);
  const inList = await changedBy(page, '#members', () => box.check());
  expect(inList.touched).toBeLessThan(12);
  expect(inList.moved).toBeLessThan(12);
  expect((await drawn())[1], 'what is picked is seen on the map').not.toBe(before[1]);
  expect((await strokes(page)) - drawnSoFar, 'without the points being drawn again').toBeLessThan(20);
  const bar = page.getByRole('group', { name: 'What to do with the picked products' });
  await expect(bar).toContainText('1 product picked');
  await bar.getByRole('button', { name: 'Clear' }).click();

  // A point is pressed where it is drawn.
  await map.scrollIntoViewIfNeeded();
  const at = (await map.locator('canvas').first().boundingBox())!;
  const cloud = map.locator('.cloud');
  for (let step = 0; step < 400; step++) {
    await page.mouse.move(at.x + at.width * (0.2 + 0.6 * ((step * 7) % 50) / 50), at.y + at.height * (0.2 + 0.6 * ((step * 11) % 40) / 40));
    if (await cloud.evaluate((el) => el.classList.contains('hand'))) break;
  }
  await expect(cloud.locator('.tip')).toBeVisible();
  const name = await cloud.locator('.tip div').first().textContent();
  await page.mouse.down();
  await page.mouse.up();
  await expect(bar).toContainText('1 product picked');
  await page.getByPlaceholder('Code or name').fill(name ?? '');
  await expect(page.locator(rows).filter({ hasText: name ?? '' }).getByRole('checkbox').first()).toBeChecked();
});
