// Tables sort, filter, page and download, and their state lives in the address.
import { choosePurpose, expect, firstProject, settled, test } from './visit';

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
    const [download] = await Promise.all([page.waitForEvent('download'), table.getByRole('link', { name: `Download members as ${ending}` }).click()]);
    expect(await download.failure()).toBeNull();
    expect(download.url()).toContain(`members.${ending.toLowerCase()}?`);
    expect(download.url()).toContain('purpose=');
  }
});

test('quarantine and imports answer to search', async ({ page }) => {
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
