// Tables sort, filter, page and download, and their state lives in the address.
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { choosePurpose, expect, findings, firstProject, mapAndCheck, settled, startImport, test, upload } from './visit';

/** Presses a download; what the server was asked, the file's name, and its content. */
async function saved(page: Page, button: Locator): Promise<{ url: string; name: string; content: Buffer }> {
  const [answer, download] = await Promise.all([page.waitForResponse(/\.(csv|xlsx)\?/), page.waitForEvent('download'), button.click()]);
  expect(await download.failure()).toBeNull();
  return { url: answer.url(), name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('members sort, page, filter and download', async ({ page }) => {
  const project = await firstProject(page);
  await choosePurpose(page);
  await page.goto(`/p/${project}/segments`);
  await settled(page);
  const table = page.locator('#members');
  await table.getByRole('button', { name: /^Receipts/ }).first().click();
  await expect(page).toHaveURL(/m\.sort=receipts/);
  await expect(table.getByRole('columnheader', { name: /^Receipts/ })).toHaveAttribute('aria-sort', 'descending');
  await expect(table.locator('table[aria-busy="false"]')).toBeVisible();
  const receipts = async () => (await table.locator('tbody tr td:nth-child(6)').allInnerTexts()).map((t) => Number(t.replaceAll(',', '')));
  const down = await receipts();
  expect(down).toEqual([...down].sort((a, b) => b - a));

  await table.getByRole('button', { name: /Next page/ }).click();
  await expect(page).toHaveURL(/m\.offset=25/);
  await expect(table.getByText(/^26–/)).toBeVisible();
  await page.reload();
  await expect(table.getByText(/^26–/)).toBeVisible();

  const segment = table.getByLabel('Segment', { exact: true });
  await segment.selectOption({ index: 1 });
  await expect(page).toHaveURL(/cluster=\d+/);
  const name = await segment.evaluate((el) => (el as HTMLSelectElement).selectedOptions[0]?.textContent ?? '');
  await expect(table.locator('tbody tr td:nth-child(2)').first()).toContainText(name);
  await expect(page.getByRole('group', { name: 'Look at one segment' }).getByRole('button', { pressed: true })).toContainText(name);

  const key = (await table.locator('tbody tr td:nth-child(1)').first().innerText()).trim();
  await table.getByLabel('Customer key').fill(key);
  await expect(page).toHaveURL(new RegExp(`m\\.q=${key}`));
  await expect(table.locator('tbody tr').first()).toContainText(key);

  for (const ending of ['CSV', 'XLSX']) {
    const file = await saved(page, table.getByRole('button', { name: `Download members as ${ending}` }));
    expect(file.url).toContain(`members.${ending.toLowerCase()}?`);
    expect(file.url).toContain('purpose=');
    expect(file.url).toContain(`q=${key}`);
    expect(file.name).toMatch(new RegExp(`\\.${ending.toLowerCase()}$`));
    expect(file.content.length).toBeGreaterThan(0);
  }
});

test('a refused download says why', async ({ page, allowed }) => {
  allowed.refusals = true;
  const project = await firstProject(page);
  await choosePurpose(page);
  await page.goto(`/p/${project}/segments`);
  await settled(page);
  const body = JSON.stringify({ title: 'The list is being written anew', status: 409, detail: 'Ask again in a minute.' });
  await page.route(/\/members\.csv/, (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body }));
  const button = page.getByRole('button', { name: 'Download members as CSV' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#members').getByRole('alert')).toContainText('Ask again in a minute.');
  await expect(button).toBeFocused();
});

test('quarantine asks for a purpose, then sorts, filters, searches and downloads', async ({ page }) => {
  const project = await firstProject(page);
  const file = `held-back-${Date.now()}.csv`;
  await upload(page, project, file, [
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
    `${Date.now()},85123A,WHITE HANGING HEART,6,2011-12-01 08:26,2.55,17850,United Kingdom`,
    `${Date.now()},71053,WHITE METAL LANTERN,half-a-dozen,2011-12-01 08:26,3.39,17850,United Kingdom`,
    ',22423,CAKESTAND,2,2011-12-01 08:26,12.75,17850,United Kingdom',
  ]);
  await mapAndCheck(page);
  await startImport(page, file);
  await expect(page.locator('.job .tag')).toHaveText('Done');

  const asked: string[] = [];
  page.on('request', (r) => asked.push(r.url()));
  await page.getByRole('link', { name: 'Look at 2 rows in quarantine' }).click();
  await page.waitForURL(/\/data\?q\.import_id=/);
  const panel = page.locator('#quarantine');
  await expect(panel.getByText('Say why before you look at quarantined rows')).toBeVisible();
  expect(asked.filter((u) => /\/api\/v1\/projects\/[^/]+\/quarantine/.test(u))).toEqual([]);

  await choosePurpose(page);
  const rows = panel.locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(panel.getByText('half-a-dozen')).toBeVisible();
  const numbers = async () => (await panel.locator('tbody tr td:nth-child(2)').allInnerTexts()).map(Number);
  for (const [sort, sign] of [['ascending', 1], ['descending', -1]] as const) {
    await panel.getByRole('button', { name: 'Row', exact: true }).click();
    await expect(panel.getByRole('columnheader', { name: /^Row/ })).toHaveAttribute('aria-sort', sort);
    await expect.poll(async () => { const [a = 0, b = 0] = await numbers(); return Math.sign(b - a); }).toBe(sign);
  }

  await rows.filter({ hasText: 'half-a-dozen' }).getByTitle('Only this reason').click();
  await expect(page).toHaveURL(/q\.reason_code=/);
  await expect(rows).toHaveCount(1);
  const csv = await saved(page, panel.getByRole('button', { name: 'Download quarantined rows as CSV' }));
  for (const part of ['quarantine.csv?', 'purpose=', 'import_id=', 'reason_code=']) expect(csv.url).toContain(part);
  expect(csv.content.toString()).toContain('half-a-dozen');
  expect(csv.content.toString().trim().split('\n')).toHaveLength(2);
  await panel.getByRole('button', { name: /^Reason: / }).click();
  await expect(page).not.toHaveURL(/q\.reason_code=/);
  await expect(rows).toHaveCount(2);

  await panel.getByLabel('Search quarantine').fill(file);
  await expect(page).toHaveURL(/q\.q=held-back/);
  await expect(rows).toHaveCount(2);
  await panel.getByLabel('Search quarantine').fill('zzz-no-such-row');
  await expect(panel.getByText('No row in quarantine fits')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Give up…' })).toBeDisabled();
  await panel.getByLabel('Search quarantine').fill('');
  await expect(rows).toHaveCount(2);

  // Read again as they are, they wait on; for all imports, a preset of several kinds is offered once.
  const dialog = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Replay…' }).click();
  await dialog.getByLabel('Rows of').selectOption({ label: 'all imports' });
  const options = dialog.getByLabel('Preset').locator('option');
  // They are asked of the server.
  await expect.poll(() => options.count()).toBeGreaterThan(3);
  const presets = await options.allInnerTexts();
  expect(new Set(presets).size).toBe(presets.length);
  expect(await findings(page)).toEqual([]);
  await dialog.getByLabel('Rows of').selectOption({ label: file });
  await dialog.getByLabel(/Reason|Why/).fill('is it good now?');
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await expect(panel.locator('.job .tag')).toHaveText('Done');
  await expect(rows).toHaveCount(2);

  // Rows are given up with a reason, and stay to be looked at.
  await panel.getByRole('button', { name: 'Give up…' }).click();
  await expect(dialog).toContainText(`2 rows of ${file}`);
  expect(await findings(page)).toEqual([]);
  await dialog.getByLabel(/Reason|Why/).fill('typed at the till');
  await dialog.getByRole('button', { name: 'Give up' }).click();
  await expect(panel.getByText('Given up: 2 rows.')).toBeVisible();
  await expect(rows).toHaveCount(0);
  await panel.getByLabel('What became of the rows').selectOption('dropped');
  await expect(rows).toHaveCount(2);

  // The whole import is taken back: it counts no more, and the feed still adds up.
  const imports = page.locator('#imports');
  await imports.getByRole('button', { name: `Take back… ${file}` }).click();
  await dialog.getByLabel(/Reason|Why/).fill('it was a rehearsal');
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await expect(imports.getByText(`No longer counted: 1 row of ${file}.`)).toBeVisible();
  await expect(imports.locator('tbody tr').filter({ hasText: file }).locator('.tag')).toHaveText('withdrawn');
  expect(await findings(page)).toEqual([]);
});

test('two shops may use one receipt number', async ({ page }) => {
  const project = await firstProject(page);
  await choosePurpose(page);
  await page.route(/\/receipts\?/, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { rows: { receipt_id: string; type: string }[] };
    for (const row of list.rows.slice(0, 2)) Object.assign(row, { receipt_id: 'SAME-1', type: 'mixed' });
    await route.fulfill({ response, json: list });
  });
  await page.goto(`/p/${project}/customers?sort=receipts&dir=desc`);
  await page.getByRole('region', { name: 'Customers' }).locator('tbody a').first().click();
  await page.waitForURL(/customers\/\d+/);
  const panel = page.locator('#receipts');
  const openers = panel.getByRole('button', { name: 'Lines of receipt SAME-1' });
  await expect(openers).toHaveCount(2);
  await expect(panel.getByText('has a return')).toHaveCount(2);
  await openers.first().click();
  await expect(panel.getByRole('columnheader', { name: 'Unit price' })).toHaveCount(1);
  await expect(openers.last()).toHaveAttribute('aria-expanded', 'false');
});

test('imports answer to search', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/data`);
  await settled(page);
  await page.getByLabel('Search imports').fill('zzz-no-such-file');
  await expect(page).toHaveURL(/i\.q=zzz/);
  await expect(page.getByText('No import fits')).toBeVisible();
});

test('each feed adds up', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/data`);
  await settled(page);
  const rows = page.getByRole('table', { name: /Feeds/ }).locator('tbody tr');
  for (const row of await rows.all()) {
    const [read, loaded, duplicate, quarantined] = (await row.locator('td.num').allInnerTexts()).map((t) => Number(t.replaceAll(',', '')));
    expect(read).toBe((loaded ?? 0) + (duplicate ?? 0) + (quarantined ?? 0));
  }
});

test('a query answers', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/sql`);
  await page.getByRole('textbox', { name: 'Query' }).fill('SELECT 1 AS one');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'Result' })).toBeVisible();
  await expect(page).toHaveURL(/query=SELECT/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('result.csv');
});
