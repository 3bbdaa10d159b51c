// Products: who stands for whom, on the chain of shops that tests/browser/run makes.
import { expect, findings, settled, test } from './visit';

test('the demand of a product goes somewhere and adds up', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const list = page.getByRole('table', { name: /^Products of / });
  const second = list.getByRole('button').nth(1);
  const name = (await second.textContent()) ?? '';
  await second.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: `When ${name} leaves` })).toBeVisible();
  await expect(second).toHaveAttribute('aria-pressed', 'true');
  const table = page.getByRole('table', { name: 'Where its demand goes' });
  await expect(table.getByRole('row', { name: /^Together/ })).toContainText('100.0');
  // Beside each share its interval.
  await expect(table.getByRole('columnheader', { name: /interval/ })).toBeVisible();
  const shares = await table.locator('tbody tr td:nth-of-type(2)').allTextContents();
  const tenths = shares.map((text) => Math.round(10 * Number.parseFloat(text)));
  expect(tenths.reduce((a, b) => a + b, 0)).toBe(1000);
  await expect(table.getByRole('row', { name: /^Lost/ })).toBeVisible();
  // How far to trust it stands above the numbers, the naive answer beside them.
  await expect(page.getByRole('region', { name: 'How far to trust it' })).toContainText('by sales');
  await expect(page.getByRole('region', { name: 'Substitutes' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Complements' })).toBeVisible();
});

test('another category is one choice away, and its address can be shared', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const choose = page.getByRole('combobox', { name: 'Category' });
  const path = await choose.locator('option').nth(2).getAttribute('value');
  await choose.selectOption(path ?? '');
  const name = (path ?? '').split(' / ').pop() ?? '';
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  await page.reload();
  await settled(page);
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'How customers decide' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Bought together' })).toContainText('agreement with category_1');
  expect(await findings(page)).toEqual([]);
});

test('without anything found the page says how to begin, and finds', async ({ page }) => {
  test.setTimeout(150_000);
  await page.goto('/p/receipts/products');
  await settled(page);
  await expect(page.getByText('Nothing found yet')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Find…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('First look');
  await dialog.getByRole('button', { name: 'Start' }).click();
  // Receipts alone have no catalogue: pairs, and the page says so.
  await expect(page.getByRole('region', { name: 'How far to trust it' })).toContainText('names no categories', { timeout: 90_000 });
  await expect(page.getByRole('region', { name: 'Bought together' })).toBeVisible();
});

test('schemes by attributes and by co-purchase are held against each other', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const panel = page.getByRole('region', { name: 'Two schemes side by side' });
  await expect(panel).toContainText('adjusted Rand index');
  const table = panel.getByRole('table', { name: 'Products in one cluster of each scheme' });
  await expect(table.getByRole('row').filter({ hasText: 'bought with' }).first()).toBeVisible();
  // One scheme with itself is the same.
  const one = await panel.getByLabel('Scheme').inputValue();
  await panel.getByLabel('and').selectOption(one);
  await expect(panel).toContainText('agree to 1.00');
  expect(await findings(page)).toEqual([]);
});

test('reasons of a product by co-purchase are what it is bought with', async ({ page }) => {
  await page.goto('/p/chain/workbench/together');
  await settled(page);
  await expect(page.getByText('no evidence of what is bought with them').first()).toBeVisible();
  await expect(page.getByText(/Bought with /).first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
});
