// Who is whom in the project `chain`, which tests/browser/run makes: the picture of a customer's records goes by key and tells
// what is kept of a line; pairs that wait are turned page by page; the finder keeps what a customer declares and takes it
// back; tables in memory are ordered and saved.
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, findings, settled, test } from './visit';

/** Looks at customers to help them, and opens the first of the list whose page has what is wanted. */
async function helped(page: Page, wanted: (page: Page) => Locator): Promise<void> {
  await page.goto('/p/chain/customers');
  await settled(page);
  await page.getByLabel('I look at people to').selectOption({ label: 'Help a customer' });
  const keys = page.getByRole('region', { name: 'Customers' }).locator('tbody a');
  await expect(keys.first()).toBeVisible();
  const links = await keys.evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? '').filter((href) => /customers\/\d+$/.test(href)));
  for (const link of links.slice(0, 20)) {
    await page.goto(link);
    await settled(page);
    if ((await wanted(page).count()) > 0) return;
  }
  throw new Error('none of the first customers has what is wanted');
}

const picture = (page: Page) => page.getByRole('region', { name: 'Who this is' }).getByRole('group', { name: /^How the records hang together/ });

test('the picture of the records is one stop, and a line tells what is kept of it', async ({ page }) => {
  await helped(page, (at) => picture(at).getByRole('button', { name: /^Record \d+ and the / }));
  const who = page.getByRole('region', { name: 'Who this is' });
  const lines = picture(page).getByRole('button');
  const count = await lines.count();
  expect(count).toBeGreaterThan(2);
  expect(await lines.evaluateAll((all) => all.filter((one) => one.getAttribute('tabindex') === '0').length)).toBe(1);
  await lines.first().focus();
  await page.keyboard.press('Enter');
  await expect(lines.first()).toHaveAttribute('aria-pressed', 'true');
  await expect(who.getByRole('heading', { name: /^What the profile takes from record \d+$/ })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(lines.nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(lines.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(lines.first()).toBeFocused();
  // An identifier tells of the pairs that it links.
  const line = picture(page).getByRole('button', { name: /^Record \d+ and the / }).first();
  const name = (await line.getAttribute('aria-label')) ?? '';
  await line.click();
  await expect(who.getByRole('heading', { name })).toBeVisible();
  await expect(who.getByText(/both records hold the same|seen together/).first()).toBeVisible();
  // The tables tell the same, and stay.
  await expect(who.getByRole('table', { name: 'Records of this customer' })).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('pairs that wait for a person are turned and ordered, and the address keeps it', async ({ page }) => {
  await page.goto('/p/chain/customers?w.limit=2');
  await settled(page);
  const who = page.getByRole('region', { name: 'Who is whom' });
  const table = who.getByRole('table', { name: 'Pairs that wait for a person' });
  await expect(table.locator('tbody tr')).toHaveCount(2);
  await expect(table.getByRole('columnheader', { name: /^Bits/ })).toHaveAttribute('aria-sort', 'descending');
  const first = await table.locator('tbody tr').first().textContent();
  await who.getByRole('button', { name: 'Next page, Pairs that wait for a person' }).click();
  await expect(page).toHaveURL(/w\.offset=2/);
  await expect(who.getByText(/^3–/)).toBeVisible();
  expect(await table.locator('tbody tr').first().textContent()).not.toBe(first);
  await page.reload();
  await expect(who.getByText(/^3–/)).toBeVisible();
  await table.getByRole('button', { name: 'Since' }).click();
  await expect(page).toHaveURL(/w\.sort=since/);
  await expect(who.getByText(/^1–2 of /)).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('the finder asks for a customer, keeps what they declare and takes it back', async ({ page }) => {
  // Who never refused to be profiled has a genome.
  await helped(page, (at) => at.getByRole('region', { name: 'Genome' }).getByRole('button', { name: /^Evidence for / }));
  const key = /\d+$/.exec(new URL(page.url()).pathname)?.[0] ?? '';
  await page.goto('/p/chain/products');
  await settled(page);
  const finder = page.getByRole('region', { name: 'Product finder' });
  await finder.getByRole('button', { name: 'Begin', exact: true }).click();
  await finder.getByRole('checkbox', { name: /^Only of / }).uncheck();
  const customer = finder.getByLabel('For customer');
  await customer.fill('nobody');
  await customer.press('Enter');
  await expect(finder.getByText('A customer’s key is a number.')).toBeVisible();
  await customer.fill(key);
  await customer.press('Enter');
  await expect(finder.getByRole('link', { name: `Customer ${key}` })).toBeVisible();
  await expect(finder.getByText(/This question parts the/)).toBeVisible();
  await settled(page);
  const keep = finder.getByRole('button', { name: /^Keep these answers/ });
  await expect(keep).toHaveAttribute('aria-disabled', 'true');
  await finder.locator('.offers').getByRole('button').first().click();
  await expect(finder.getByRole('list', { name: 'Answers so far' }).getByRole('listitem')).toContainText(/Products left out by this answer/);
  await expect(keep).toHaveAttribute('aria-disabled', 'false');
  await keep.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('told in the shop');
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  const kept = finder.getByRole('list', { name: /^Kept for customer / });
  await expect(kept.getByRole('listitem')).toContainText(/^\s*Kept for customer \d+: \S+/);
  // What is kept is not kept twice.
  await expect(keep).toHaveAttribute('aria-disabled', 'true');
  await expect(keep).toBeFocused();
  expect(await findings(page)).toEqual([]);
  await kept.getByRole('button', { name: /^Take back/ }).click();
  await dialog.getByLabel('Reason').fill('a slip');
  await dialog.getByRole('button', { name: 'Take back', exact: true }).click();
  await expect(finder.getByRole('status').filter({ hasText: 'Taken back' })).toContainText('1 answer counts no more from the next run on');
  await expect(kept).toHaveCount(0);
  await expect(keep).toBeFocused();
  // What one customer answered is not said of another.
  await customer.fill('');
  await customer.press('Enter');
  await expect(finder.getByRole('list', { name: 'Answers so far' })).toHaveCount(0);
});

test('genes are ordered and saved, and the address keeps the order', async ({ page }) => {
  await helped(page, (at) => at.getByRole('region', { name: 'Genome' }).getByRole('button', { name: /^Evidence for / }));
  const genome = page.getByRole('region', { name: 'Genome' });
  const table = genome.getByRole('table', { name: 'Genes, each with its evidence' });
  await table.getByRole('button', { name: 'Acts', exact: true }).click();
  await expect(page).toHaveURL(/g\.sort=acts/);
  await expect(table.getByRole('columnheader', { name: /^Acts/ })).toHaveAttribute('aria-sort', 'descending');
  const acts = (await table.locator('tbody tr td:nth-child(7)').allInnerTexts()).map((text) => Number.parseInt(text.replaceAll(',', ''), 10));
  expect(acts).toEqual([...acts].sort((a, b) => b - a));
  await page.reload();
  await expect(table.getByRole('columnheader', { name: /^Acts/ })).toHaveAttribute('aria-sort', 'descending');
  const [download] = await Promise.all([page.waitForEvent('download'), genome.getByRole('button', { name: 'Download genes as CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('genes.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  expect(lines[0]).toMatch(/^Gene,Kind,Strength,Score,/);
  expect(lines.length).toBeGreaterThan(acts.length);
  expect(await findings(page)).toEqual([]);
});

test('the timeline is searched, and its part stays in the address', async ({ page }) => {
  await helped(page, (at) => at.getByRole('region', { name: 'Timeline' }).locator('.bought'));
  const timeline = page.getByRole('region', { name: 'Timeline' });
  const rows = timeline.getByRole('table', { name: 'Timeline' }).locator('tbody tr');
  const channel = timeline.getByRole('group', { name: 'Channels' }).getByRole('button').nth(1);
  await channel.click();
  await expect(page).toHaveURL(/t\.channel=/);
  await page.reload();
  await expect(channel).toHaveAttribute('aria-pressed', 'true');
  await expect(rows.first()).toBeVisible();
  await timeline.getByLabel('Search the timeline').fill('zzz-no-such-thing');
  await expect(timeline.getByText('Nothing has such words')).toBeVisible();
  await timeline.getByLabel('Search the timeline').fill('');
  await expect(rows.first()).toBeVisible();
});
