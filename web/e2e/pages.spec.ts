// Every page opens, in light and in dark, without serious accessibility findings.
import { choosePurpose, expect, findings, firstProject, openCustomer, openProduct, settled, test } from './visit';

const paths = ['home', 'data', 'upload', 'segments', 'customers', 'products', 'settings/runs', 'settings/people', 'settings/keys', 'settings/audit', 'sql'];

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    for (const path of paths) {
      test(`${path} is sound`, async ({ page }) => {
        const project = await firstProject(page);
        await choosePurpose(page);
        await page.goto(`/p/${project}/${path}`);
        await settled(page);
        await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
        expect(await findings(page)).toEqual([]);
      });
    }

    test('segments with one selected are sound', async ({ page }) => {
      const project = await firstProject(page);
      await choosePurpose(page);
      await page.goto(`/p/${project}/segments`);
      await settled(page);
      await page.getByRole('group', { name: 'Look at one segment' }).getByRole('button').nth(1).click();
      await settled(page);
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: /^Rename / }).first().click();
      await expect(page.getByRole('dialog', { name: 'Rename segment' })).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });

    test('a customer is sound', async ({ page }) => {
      const project = await firstProject(page);
      await choosePurpose(page);
      await openCustomer(page, project);
      expect(await findings(page)).toEqual([]);
    });

    test('a product is sound', async ({ page }) => {
      // The one project has no catalogue, the other has one.
      for (const project of [await firstProject(page), 'chain']) {
        await openProduct(page, project);
        await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
        expect(await findings(page), project).toEqual([]);
      }
    });

    test('products of a catalogue are sound', async ({ page }) => {
      await page.goto('/p/chain/products');
      await settled(page);
      await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
      expect(await findings(page)).toEqual([]);
    });
  });
}

test('charts have an equivalent table', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/home`);
  await settled(page);
  await page.getByRole('button', { name: /Show table: Sales by month/ }).click();
  await expect(page.getByRole('region', { name: /Sales by month/ }).getByRole('columnheader', { name: 'Receipts' })).toBeVisible();
});

test('a month that the data ends in is told from a whole one', async ({ page }) => {
  await firstProject(page);
  await settled(page);
  const sales = page.getByRole('region', { name: 'Sales' });
  await expect(sales.getByText(/^Dec 2011 is partial \(hatched\): the data ends on 9 Dec 2011, so it holds 9 of its 31 days\.$/)).toBeVisible();
  await page.getByRole('button', { name: /Show table: Sales by month/ }).click();
  await expect(sales.getByRole('cell', { name: /^Dec 2011 \(partial: to 9 Dec 2011\)/ })).toBeVisible();
});

test('a figure tells how it was computed', async ({ page }) => {
  await firstProject(page);
  await settled(page);
  await page.locator('dl button.explain').first().click();
  const box = page.getByRole('dialog', { name: /How computed/ });
  await expect(box).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(box).toBeHidden();
});

test('the theme switch holds', async ({ page }) => {
  await firstProject(page);
  await settled(page);
  const other = (await page.locator('html').getAttribute('data-theme')) === 'dark' ? 'Light' : 'Dark';
  await page.getByTitle(other, { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', other.toLowerCase());
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', other.toLowerCase());
});

test('no page scrolls sideways at 900 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 900 });
  const project = await firstProject(page);
  await choosePurpose(page);
  for (const path of paths) {
    await page.goto(`/p/${project}/${path}`);
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(900);
  }
  await openProduct(page, 'chain');
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'a product').toBeLessThanOrEqual(900);
});
