// A file goes through detection, mapping, check and import, and its rows add up.
import { expect, findings, firstProject, settled, test } from './visit';

const csv = [
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
  '900001,85123A,WHITE HANGING HEART,6,2011-12-01 08:26,2.55,17850,United Kingdom',
  '900001,71053,WHITE METAL LANTERN,6,2011-12-01 08:26,3.39,17850,United Kingdom',
  '900002,22423,CAKESTAND,not-a-number,2011-12-01 09:00,12.75,13047,France',
].join('\n');

test('upload, map, check, import', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/upload`);
  await settled(page);
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeEnabled();
  await page.getByLabel('File to upload').setInputFiles({ name: 'end-to-end.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(page.getByRole('heading', { name: 'end-to-end.csv' })).toBeVisible();
  await page.getByLabel('This file holds').selectOption('orders');
  await page.getByLabel('Preset').selectOption('');
  const selects = page.getByRole('combobox', { name: /^Column for / });
  await expect(selects.first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  const wanted: [RegExp, string][] = [[/receipt/i, 'InvoiceNo'], [/product/i, 'StockCode'], [/quantity/i, 'Quantity'], [/price/i, 'UnitPrice'], [/time|date|when/i, 'InvoiceDate'], [/customer/i, 'CustomerID']];
  for (const select of await selects.all()) {
    const label = (await select.getAttribute('aria-label')) ?? '';
    const column = wanted.find(([pattern]) => pattern.test(label))?.[1];
    if (column && (await select.getAttribute('aria-invalid')) === 'true') await select.selectOption(column);
  }
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page.getByText(/good row/).first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.getByLabel('Reason').fill('End-to-end test');
  await page.getByRole('button', { name: 'Import end-to-end.csv' }).click();
  await expect(page.locator('.job .tag')).toHaveText('Done');
  const [read, loaded, duplicate, quarantined] = (await page.locator('.sum b').allInnerTexts()).map(Number);
  expect(read).toBe(3);
  expect(read).toBe((loaded ?? 0) + (duplicate ?? 0) + (quarantined ?? 0));
  expect(await findings(page)).toEqual([]);
  if (quarantined) {
    await page.getByRole('link', { name: /in quarantine/ }).click();
    await page.waitForURL(/\/data\?q\.import_id=/);
  }
});
