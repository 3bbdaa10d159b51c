// On a phone no page scrolls sideways, nothing in the bars lies over another, and every control can be pressed.
// Holds no test of what a page says.
import type { Locator, Page } from '@playwright/test';
import { choosePurpose, expect, findings, firstProject, openCustomer, openProduct, settled, test } from './visit';

const paths = ['home', 'data', 'upload', 'segments', 'customers', 'products', 'sql', 'settings/runs', 'settings/people', 'settings/keys', 'settings/audit'];
const widths = [390, 360];

/** How far the page reaches beyond the screen, with what does; a table in a frame of its own may. */
async function beyond(page: Page, width: number): Promise<string[]> {
  return page.evaluate((most) => {
    if (document.documentElement.scrollWidth <= most && window.innerWidth <= most) return [];
    const framed = (el: Element): boolean => {
      for (let up = el.parentElement; up && up !== document.body; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true;
      return false;
    };
    const wide = [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > most + 1 && !framed(el));
    return [`scrolls to ${document.documentElement.scrollWidth}`, ...wide.slice(0, 5).map((el) => el.outerHTML.slice(0, 120))];
  }, width);
}

/** The controls of a bar that lie over one another, leave the screen, or are covered where one would press them. */
async function faultsOf(controls: Locator, width: number): Promise<string[]> {
  return controls.evaluateAll((all, most) => {
    // A control that is drawn by its label, as the choice of colours, is pressed on the label.
    const shown = all.map((control) => {
      const el = control.closest('label:not(.pick)') ?? control;
      return { el, name: control.getAttribute('aria-label') ?? el.getAttribute('title') ?? el.textContent?.trim() ?? el.tagName };
    });
    const faults: string[] = [];
    const boxes = shown.map(({ el, name }) => ({ el, name: name.slice(0, 40), box: el.getBoundingClientRect() }));
    for (const [i, { el, name, box }] of boxes.entries()) {
      if (box.width < 20 || box.height < 20) faults.push(`${name} is too small to press: ${box.width} × ${box.height}`);
      if (box.left < 0 || box.right > most) faults.push(`${name} leaves the screen: ${box.left} to ${box.right}`);
      const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (!over || !(el.contains(over) || over.contains(el))) faults.push(`${name} is covered by ${over?.outerHTML.slice(0, 80) ?? 'nothing'}`);
      for (const other of boxes.slice(i + 1)) {
        const apart = box.right <= other.box.left + 0.5 || other.box.right <= box.left + 0.5 || box.bottom <= other.box.top + 0.5 || other.box.bottom <= box.top + 0.5;
        if (!apart) faults.push(`${name} lies over ${other.name}`);
      }
    }
    return faults;
  }, width);
}

/** Words that are wider than what holds them. */
async function cut(words: Locator): Promise<string[]> {
  return words.evaluateAll((all) => all.filter((el) => el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).display !== 'inline').map((el) => el.textContent?.trim() ?? ''));
}

for (const width of widths) {
  test.describe(`${width} pixels`, () => {
    test.use({ viewport: { width, height: 844 }, hasTouch: true, isMobile: true });

    test('no page scrolls sideways, and the bars are in order', async ({ page }) => {
      test.setTimeout(120_000);
      const project = await firstProject(page);
      await choosePurpose(page);
      for (const path of paths) {
        await page.goto(`/p/${project}/${path}`);
        await settled(page);
        expect.soft(await beyond(page, width), path).toEqual([]);
        expect.soft(await faultsOf(page.locator('.rest > header').locator('select, input, button'), width), `bar on top of ${path}`).toEqual([]);
        const pages = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
        expect.soft(await faultsOf(pages, width), `pages below ${path}`).toEqual([]);
        expect.soft(await cut(pages), `names of the pages below ${path}`).toEqual([]);
      }
    });

    test('products of a catalogue and one product do not scroll sideways', async ({ page }) => {
      await page.goto('/p/chain/products');
      await settled(page);
      expect.soft(await beyond(page, width), 'products').toEqual([]);
      await openProduct(page, 'chain');
      expect.soft(await beyond(page, width), 'product').toEqual([]);
    });

    test('one customer, one segment and a result do not scroll sideways', async ({ page }) => {
      const project = await firstProject(page);
      await choosePurpose(page);
      await openCustomer(page, project);
      expect.soft(await beyond(page, width), 'customer').toEqual([]);
      await page.goto(`/p/${project}/segments`);
      await settled(page);
      await page.getByRole('group', { name: 'Look at one segment' }).getByRole('button').nth(1).click();
      await settled(page);
      expect.soft(await beyond(page, width), 'segment').toEqual([]);
      expect.soft(await cut(page.locator('.card .name, .card dt, .card dd, .card .what')), 'words of the cards').toEqual([]);
      await page.goto(`/p/${project}/sql`);
      await page.getByRole('textbox', { name: 'Query' }).fill('SELECT * FROM order_lines LIMIT 5');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await expect(page.getByRole('heading', { name: 'Result' })).toBeVisible();
      expect.soft(await beyond(page, width), 'result').toEqual([]);
    });
  });
}

test.describe('accessible at 390 pixels', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  for (const path of ['home', 'data', 'segments']) {
    test(`${path} is sound`, async ({ page }) => {
      const project = await firstProject(page);
      await choosePurpose(page);
      await page.goto(`/p/${project}/${path}`);
      await settled(page);
      expect(await findings(page)).toEqual([]);
    });
  }
});
