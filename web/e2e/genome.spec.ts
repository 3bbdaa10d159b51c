// A customer of the project `chain`, which tests/browser/run makes: genes open their evidence, which sums to the score; records
// are shown without names for who only wants to understand groups, and with them to help; a record parts and comes back.
import { expect, findings, settled, test } from './visit';
import type { Locator, Page } from '@playwright/test';

/** Opens the first customer of the list whose page has what is wanted: some refused to be profiled, some have one record. */
async function open(page: Page, purpose: string, wanted: (page: Page) => Locator): Promise<void> {
  await page.goto('/p/chain/customers');
  await settled(page);
  await page.getByLabel('I look at people to').selectOption({ label: purpose });
  await expect(page.getByRole('region', { name: 'Who is whom' }).getByText(/records are \d+ customers/)).toBeVisible();
  // The pairs that wait lead to records, too; a record that never bought has no card.
  const keys = page.getByRole('region', { name: 'Customers' }).locator('tbody a');
  await expect(keys.first()).toBeVisible();
  const links = await keys.evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? '').filter((href) => /customers\/\d+$/.test(href)));
  for (const link of links.slice(0, 12)) {
    await page.goto(link);
    await settled(page);
    if ((await wanted(page).count()) > 0) return;
  }
  throw new Error('none of the first customers has what is wanted');
}

const genes = (page: Page) => page.getByRole('region', { name: 'Genome' }).getByRole('button', { name: /^Evidence for / });
const parts = (page: Page) => page.getByRole('region', { name: 'Who this is' }).getByRole('button', { name: /^Part/ });

const exact = (text: string): number => Number(text.replace('−', '-').replace(/[^-\d]/g, ''));

test('a gene opens its evidence, which sums to its score', async ({ page }) => {
  await open(page, 'Understand groups', genes);
  const genome = page.getByRole('region', { name: 'Genome' });
  await genome.getByRole('button', { name: /^Evidence for / }).first().click();
  const evidence = genome.getByRole('table', { name: /^Evidence for / });
  await expect(evidence.getByText('Score: the sum of the lines')).toBeVisible();
  const adds = await evidence.locator('tbody tr td:last-child').allTextContents();
  const score = await evidence.locator('tfoot td:last-child').textContent();
  expect(adds.length).toBeGreaterThan(1);
  expect(adds.reduce((sum, text) => sum + exact(text), 0)).toBe(exact(score ?? ''));
  await expect(genome.getByText(/Not looked at for want of consent/)).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('a genome of a past date is computed, shown, and compared in words', async ({ page }) => {
  await open(page, 'Understand groups', genes);
  const genome = page.getByRole('region', { name: 'Genome' });
  await genome.getByRole('button', { name: 'Another date' }).click();
  const dialog = page.getByRole('dialog');
  const newest = await dialog.getByLabel('Date').getAttribute('max');
  const day = new Date(Date.parse(`${newest}T00:00:00Z`) - 200 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('Date').fill(day);
  await dialog.getByLabel('Reason').fill('how it was before the summer');
  await dialog.getByRole('button', { name: 'Start' }).click();
  const slider = genome.getByRole('slider', { name: 'As of' });
  await expect(slider).toBeVisible({ timeout: 60_000 });
  await expect(slider).toHaveValue('0');
  await slider.focus();
  await page.keyboard.press('End');
  await expect(page).toHaveURL(/on=/);
  await expect(genome.getByLabel('What changed since')).toBeVisible();
  await expect(genome.getByText(/\d+ changes|Nothing changed/)).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('what moved among customers stands beside an earlier date', async ({ page }) => {
  await page.goto('/p/chain/customers');
  await settled(page);
  const moved = page.getByRole('region', { name: 'What moved' });
  await expect(moved.getByLabel('Since')).toBeVisible();
  const rows = moved.locator('tbody tr');
  await expect(rows.first()).toBeVisible();
  // The largest change first, and each is what the two counts say.
  const cells = await rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td.num')].map((cell) => cell.textContent ?? '')));
  const number = (text = '') => Number(text.replace(/[^0-9]/g, ''));
  const change = cells.map(([had, have]) => number(have) - number(had));
  const sizes = change.map(Math.abs);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(cells.map((row) => row.at(-1)?.startsWith('+'))).toEqual(change.map((net) => net > 0));
  expect(await findings(page)).toEqual([]);

  // Whose genes these are is a list of persons: told for a purpose alone, of one gene or of all.
  await expect(page.getByRole('region', { name: 'Whose genes moved' }).getByRole('table')).toHaveCount(0);
  await page.getByLabel('I look at people to').selectOption({ label: 'Understand groups' });
  const whose = page.getByRole('region', { name: /^Whose/ });
  await expect(whose.locator('tbody tr').first()).toBeVisible();
  const everybody = await whose.getByText(/ of [0-9,]+/).first().textContent();
  await rows.first().getByRole('button', { name: /whose it is that moved$/ }).click();
  await expect(whose.getByRole('button', { name: 'All genes' })).toBeVisible();
  await expect(whose.getByText(/ of [0-9,]+/).first()).not.toHaveText(everybody ?? '');
  await whose.locator('tbody tr').first().getByRole('link').click();
  await expect(page.getByRole('heading', { name: /Customer [0-9]+/ })).toBeVisible();
  await expect(page.getByLabel('What changed since')).toBeVisible();
});

test('names are told to help a customer and not to understand groups', async ({ page }) => {
  await open(page, 'Understand groups', parts);
  const who = page.getByRole('region', { name: 'Who this is' });
  await expect(who.getByText(/Names and identifiers are told to help a customer/)).toBeVisible();
  await expect(who.getByText('@')).toHaveCount(0);
  await page.getByLabel('I look at people to').selectOption({ label: 'Help a customer' });
  await expect(who.getByText(/Names and identifiers are told/)).toHaveCount(0);
  await expect(who.locator('tbody').first()).toContainText(/first name/);
});

test('a record is parted and comes back', async ({ page }) => {
  await open(page, 'Help a customer', parts);
  const who = page.getByRole('region', { name: 'Who this is' });
  const records = await who.locator('tbody').first().getByRole('row').count();
  const part = who.getByRole('button', { name: /^Part/ }).last();
  await part.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('somebody else’s card');
  await dialog.getByRole('button', { name: 'Part' }).click();
  await expect(who.getByText(/two customers from now on/)).toBeVisible();
  // Every part of the page tells of who is left, and what was decided stays in sight.
  await settled(page);
  await expect(who.locator('tbody').first().getByRole('row')).not.toHaveCount(records);
  await expect(who.getByText(/two customers from now on/)).toBeVisible();
  await who.getByRole('button', { name: /^Take back/ }).first().click();
  await page.getByRole('dialog').getByLabel('Reason').fill('it was the same person');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(who.getByText(/as it was before the decision/)).toBeVisible();
});

test('a gene is struck and comes back', async ({ page }) => {
  await open(page, 'Help a customer', genes);
  const genome = page.getByRole('region', { name: 'Genome' });
  const opener = genome.getByRole('button', { name: /^Evidence for / }).first();
  const name = await opener.getAttribute('aria-label');
  await opener.click();
  await genome.getByRole('button', { name: 'Strike this gene…' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('a present for somebody else');
  await page.getByRole('dialog').getByRole('button', { name: 'Strike it' }).click();
  await expect(genome.getByText('Struck, and told and used nowhere')).toBeVisible();
  await expect(genome.getByRole('button', { name: name ?? '', exact: true })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  await genome.getByRole('button', { name: /^Take back/ }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('it was for them after all');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(genome.getByRole('button', { name: name ?? '', exact: true })).toBeVisible();
  await expect(genome.getByText('Struck, and told and used nowhere')).toHaveCount(0);
});

test('two records that wait stand side by side, and a person decides', async ({ page }) => {
  await page.goto('/p/chain/customers');
  await settled(page);
  await page.getByLabel('I look at people to').selectOption({ label: 'Help a customer' });
  const queue = page.getByRole('region', { name: 'Who is whom' });
  const waiting = queue.getByText(/^\d+–\d+ of [\d,]+$/);
  await expect(waiting).toBeVisible();
  const left = async () => Number(/of ([\d,]+)$/.exec(((await waiting.textContent()) ?? '').trim())?.[1]?.replaceAll(',', ''));
  const before = await left();
  await queue.getByRole('button', { name: /side by side$/ }).first().click();
  const beside = queue.getByRole('table', { name: /field by field$/ });
  await expect(beside.getByText(/^(same|differs)$/).first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await queue.getByRole('button', { name: /^Two customers: records/ }).first().click();
  await page.getByRole('dialog').getByLabel('Reason').fill('father and son');
  await page.getByRole('dialog').getByRole('button', { name: 'Two customers' }).click();
  await expect(queue.getByRole('status')).toBeVisible();
  await expect.poll(left).toBe(before - 1);
});

const lives = (page: Page) => page.getByRole('region', { name: 'Life events and projects' }).getByRole('button', { name: /^Purchases that tell of/ });

test('a life event opens its purchases, which sum to its score', async ({ page }) => {
  await page.goto('/p/chain/customers');
  await settled(page);
  await page.getByLabel('I look at people to').selectOption({ label: 'Understand groups' });
  const keys = page.getByRole('region', { name: 'Customers' }).locator('tbody a');
  await expect(keys.first()).toBeVisible();
  const links = await keys.evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? '').filter((href) => /customers\/\d+$/.test(href)));
  for (const link of links.slice(0, 30)) {
    await page.goto(link);
    await settled(page);
    if ((await lives(page).count()) === 0) continue;
    await lives(page).first().click();
    const table = page.getByRole('table', { name: /^Purchases that tell of/ });
    const adds = await table.locator('tbody tr td:last-child').allTextContents();
    const score = await table.locator('tfoot td:last-child').textContent();
    expect(adds.reduce((sum, text) => sum + exact(text), 0)).toBe(exact(score ?? ''));
    await expect(page.getByText(/Not looked for without consent/)).toBeVisible();
    expect(await findings(page)).toEqual([]);
    return;
  }
  throw new Error('none of the first customers has a life event');
});
