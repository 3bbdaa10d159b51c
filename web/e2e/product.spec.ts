// A product of the project `chain`, which tests/browser/run makes: its values say what tells them, a correction says what it
// changes before it is kept and is taken back; a customer's timeline and letter; the genome of a segment.
import { expect, findings, settled, test } from './visit';

test('a value tells where it stands, and a correction what it changes', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const list = page.getByRole('region', { name: 'All products' });
  await list.locator('tbody a').first().click();
  await page.waitForURL(/products\/.+/);
  await settled(page);
  const dna = page.getByRole('region', { name: 'Product DNA' });
  await dna.getByRole('button', { name: /^What tells Kind/ }).first().click();
  await expect(dna.locator('.evidence li').first()).toContainText(/“.+”/);
  expect(await findings(page)).toEqual([]);
  await dna.getByRole('button', { name: 'Correct…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What to do').selectOption('set');
  await dialog.getByLabel('Attribute').selectOption('occasion');
  await dialog.getByLabel(/^Values/).fill('picnic');
  await dialog.getByLabel('Reason').fill('sold at the lake');
  // Nobody keeps what they have not seen.
  await expect(dialog.getByRole('button', { name: 'Keep the correction' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Show what it changes' }).click();
  await expect(dialog.getByRole('status')).toContainText(/1 of 1 products would change/);
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep the correction' }).click();
  const corrections = page.getByRole('region', { name: 'Corrections' });
  const row = corrections.getByRole('row').filter({ hasText: 'occasion is picnic' });
  await expect(row).toContainText('from the next run on');
  await row.getByRole('button', { name: /^Take back/ }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('it rains there');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(row).toContainText('taken back');
});

test('words that nothing reads can be looked for', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const dna = page.getByRole('region', { name: 'What products are' });
  await expect(dna.getByRole('row').filter({ hasText: 'Kind' })).toContainText('%');
  await dna.getByRole('button', { name: 'Look for them' }).click();
  await expect(dna.getByText(/\d+ of \d+ words and phrases|1 of 1 word or phrase/)).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('a customer has one timeline, and is told what is known', async ({ page }) => {
  await page.goto('/p/chain/customers');
  await settled(page);
  await page.getByLabel('I look at people to').selectOption({ label: 'Help a customer' });
  await page.getByRole('region', { name: 'Customers' }).locator('tbody a').first().click();
  await page.waitForURL(/customers\/\d+/);
  await settled(page);
  const timeline = page.getByRole('region', { name: 'Timeline' });
  const all = await timeline.locator('tbody tr').count();
  expect(all).toBeGreaterThan(3);
  await timeline.getByRole('group', { name: 'Channels' }).getByRole('button').nth(1).click();
  await expect(timeline.getByText(/entr(y|ies) of /)).toBeVisible();
  const letter = page.getByRole('region', { name: 'What we know about you' });
  await letter.getByRole('button', { name: 'Write it out' }).click();
  for (const title of ['Who you are to us', 'What you did that we keep', 'What we think you like', 'What you allowed']) {
    await expect(letter.getByRole('heading', { name: title })).toBeVisible();
  }
  expect(await findings(page)).toEqual([]);
});

test('a chosen segment shows what its members lean to', async ({ page }) => {
  await page.goto('/p/chain/segments?cluster=1');
  await settled(page);
  const genome = page.getByRole('region', { name: 'Genome' });
  await expect(genome.getByText(/of [\d,. ]+ members with one, as of|Too few of its members|Nothing stands out/).first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
});

test('the finder asks, says why, and products add up', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const finder = page.getByRole('region', { name: 'Product finder' });
  await finder.getByRole('button', { name: 'Begin', exact: true }).click();
  await expect(finder.getByText(/This question parts the/)).toBeVisible();
  const offers = finder.getByRole('group').getByRole('button');
  const fits = Number(/(\d+)$/.exec((await offers.first().textContent()) ?? '')?.[1]);
  await offers.first().click();
  await expect(finder.getByText(new RegExp(`^${fits} products? of `))).toBeVisible();
  await expect(finder.getByRole('list', { name: 'Answers so far' }).getByRole('listitem')).toHaveCount(1);
  const row = finder.locator('tbody tr').first();
  const lines = await row.locator('.line .num').allTextContents();
  const number = (text: string) => Math.round(100 * Number(text.replace('−', '-').replace(',', '.')));
  const bits = number((await row.locator('td').first().textContent()) ?? '');
  // Each is rounded to hundredths.
  expect(Math.abs(lines.map(number).reduce((sum, one) => sum + one, 0) - bits)).toBeLessThanOrEqual(lines.length);
  expect(await findings(page)).toEqual([]);
  await finder.getByRole('button', { name: /^Take back/ }).click();
  await expect(finder.getByRole('list', { name: 'Answers so far' })).toHaveCount(0);
});

test('a product says what customers see in it', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const list = page.getByRole('region', { name: 'All products' });
  const links = await list.locator('tbody a').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
  for (const link of links.slice(0, 12)) {
    await page.goto(link);
    await settled(page);
    const heard = page.getByRole('region', { name: 'What customers see in it' });
    if ((await heard.getByRole('button', { name: /^Where texts say it/ }).count()) === 0) continue;
    await heard.getByRole('button', { name: /^Where texts say it/ }).first().click();
    await expect(heard.locator('.evidence li').first()).toContainText(/“.+”/);
    expect(await findings(page)).toEqual([]);
    return;
  }
  throw new Error('none of the first products was written of');
});
