// A product of the project `chain`, which tests/browser/run makes: its values say what tells them, a correction says what it
// changes before it is kept and is taken back; what moves choice in a category; a customer's timeline and letter; the genome
// of a segment.
import { expect, figure, findings, openProduct, settled, test } from './visit';

test('a value tells where it stands, and a correction what it changes', async ({ page }) => {
  // Another value on each run: what was corrected before is changed no more.
  const occasion = `picnic ${Date.now().toString(36)}`;
  await openProduct(page, 'chain');
  const dna = page.getByRole('region', { name: 'Product DNA' });
  await dna.getByRole('button', { name: /^What tells Kind/ }).first().click();
  await expect(dna.locator('.evidence li').first()).toContainText(/“.+”/);
  expect(await findings(page)).toEqual([]);
  await dna.getByRole('button', { name: 'Correct…' }).click();
  const dialog = page.getByRole('dialog');
  // A product has one brand: to add a second would be to replace it.
  await dialog.getByLabel('Attribute').selectOption('brand');
  await expect(dialog.getByLabel('What to do').locator('option')).toHaveText([/^Set the value,/, /^Forbid/]);
  await dialog.getByLabel('Attribute').selectOption('occasion');
  await dialog.getByLabel('What to do').selectOption('set');
  await dialog.getByLabel(/^Values/).fill(occasion);
  await dialog.getByLabel('Reason').fill('sold at the lake');
  // Nobody keeps what they have not seen.
  await expect(dialog.getByRole('button', { name: 'Keep the correction' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Show what it changes' }).click();
  await expect(dialog.getByRole('status')).toContainText(/1 of 1 products would change/);
  expect(await findings(page)).toEqual([]);
  // What was told was of this value and of no other.
  await dialog.getByLabel(/^Values/).fill(`${occasion}, beach`);
  await expect(dialog.getByRole('status')).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Keep the correction' })).toBeDisabled();
  await dialog.getByLabel(/^Values/).fill(occasion);
  await dialog.getByRole('button', { name: 'Show what it changes' }).click();
  await expect(dialog.getByRole('status')).toContainText(/1 of 1 products would change/);
  await dialog.getByRole('button', { name: 'Keep the correction' }).click();
  // The page stays where it was, says what was kept, and gives the focus back.
  await expect(dna.getByRole('status')).toContainText(/^Correction \d+: ./);
  await expect(dna.getByRole('button', { name: 'Correct…' })).toBeFocused();
  const corrections = page.getByRole('region', { name: 'Corrections' });
  const row = corrections.getByRole('row').filter({ hasText: `occasion is ${occasion}` });
  await expect(row).toContainText('from the next run on');
  await expect(dna.getByRole('status')).toContainText(/^Correction \d+: ./);
  await row.getByRole('button', { name: /^Take back/ }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('it rains there');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  // No run came between: it never counted.
  await expect(row).toContainText('taken back before a run read it');
});

test('what a product was read to be at a past date is shown, and what changed', async ({ page }) => {
  await page.goto('/p/chain/products/P000010');
  await settled(page);
  const dna = page.getByRole('region', { name: 'Product DNA' });
  await expect(dna.getByText('Read otherwise than before: Occasion lakeside is new.')).toBeVisible();
  await expect(dna.getByRole('row').filter({ hasText: 'lakeside' })).toBeVisible();
  await dna.getByLabel('As read').selectOption('1');
  await expect(page).toHaveURL(/on=/);
  await settled(page);
  await expect(dna.getByRole('row').filter({ hasText: 'lakeside' })).toHaveCount(0);
  // What was is shown and not corrected.
  await expect(dna.getByRole('button', { name: 'Correct…' })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  await dna.getByLabel('As read').selectOption('0');
  await expect(dna.getByRole('row').filter({ hasText: 'lakeside' })).toBeVisible();
});

test('a figure of a product tells how it was computed', async ({ page }) => {
  await openProduct(page, 'chain');
  for (const name of ['Sold', 'Receipts', 'Known buyers', 'Mean price']) {
    const figures = page.locator('dl.figures > div').filter({ has: page.getByText(name, { exact: true }) });
    await figures.getByRole('button').click();
    const box = page.getByRole('dialog', { name: `How computed: ${name}` });
    await expect(box).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(box).toBeHidden();
  }
});

test('what moves choice in a category has counts behind it, and another category begins anew', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const choose = page.getByRole('combobox', { name: 'Category' });
  const salad = choose.locator('option').filter({ hasText: /Salad and Vegetables$/ });
  await expect(salad).toHaveCount(1);
  const path = (await salad.getAttribute('value')) ?? '';
  await choose.selectOption(path);
  const drivers = page.getByRole('region', { name: /^What moves choice of Salad and Vegetables/ });
  await expect(drivers.getByText(/^[\d,]+ choices of [\d,]+ customers, clusters of the scheme “buying”, found /)).toBeVisible();
  const table = drivers.getByRole('table', { name: 'Attributes by how much they move the choice of all' });
  await expect(table.getByRole('row').nth(1)).toContainText('%');
  await drivers.getByRole('button', { name: 'Counts behind Price' }).click();
  const levels = drivers.getByRole('table', { name: 'Levels of Price' });
  await expect(levels.getByRole('columnheader', { name: /^Typical price taken/ })).toBeVisible();
  // Prices are money.
  await expect(levels.getByRole('row').nth(1)).toContainText(/€\d+\.\d\d/);
  expect(await findings(page)).toEqual([]);
  // A cluster that is looked at in one category is not looked for in another.
  const customers = drivers.getByLabel('Customers');
  const clusters = await customers.locator('option').count();
  expect(clusters).toBeGreaterThan(1);
  await customers.selectOption({ index: clusters - 1 });
  await expect(drivers.getByRole('columnheader', { name: 'Than all' })).toBeVisible();
  const other = await choose.locator('option').evaluateAll((all, of) => all.map((one) => (one as HTMLOptionElement).value).find((value) => value !== of), path);
  await choose.selectOption(other ?? '');
  await expect(page.getByRole('region', { name: /^What moves choice of / }).getByText('Not asked yet')).toBeVisible();
  await choose.selectOption(path);
  await expect(table).toBeVisible();
});

test('words that nothing reads can be looked for', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const dna = page.getByRole('region', { name: 'What products are' });
  await expect(dna.getByRole('row').filter({ hasText: 'Kind' })).toContainText('%');
  await dna.getByRole('button', { name: 'Look for them' }).click();
  await expect(dna.getByText(/^[1-9][\d,]* of [1-9][\d,]* words and phrases$/)).toBeVisible();
  await expect(dna.getByRole('table', { name: 'Words that no dictionary reads' }).getByRole('row').nth(1)).toBeVisible();
  await expect(dna.getByRole('button', { name: 'Look again' })).toBeFocused();
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
  // What was bought stands with each receipt.
  await expect(timeline.locator('.bought').first()).toContainText(/\p{L}{3}/u);
  const channel = timeline.getByRole('group', { name: 'Channels' }).getByRole('button').nth(1);
  await channel.click();
  await expect(timeline.getByText(/entr(y|ies) of /)).toBeVisible();
  // What was pressed is there still, and has the focus.
  await settled(page);
  await expect(channel).toHaveAttribute('aria-pressed', 'true');
  await expect(channel).toBeFocused();
  const letter = page.getByRole('region', { name: 'What we know about you' });
  await letter.getByRole('button', { name: 'Write it out' }).click();
  for (const title of ['Who you are to us', 'How we know you again', 'What you did that we keep', 'What you bought lately', 'What we think you like', 'What you allowed']) {
    await expect(letter.getByRole('heading', { name: title })).toBeVisible();
  }
  expect(await findings(page)).toEqual([]);
});

test('a chosen segment shows what its members lean to', async ({ page }) => {
  await page.goto('/p/chain/segments');
  await settled(page);
  const chips = page.getByRole('group', { name: 'Look at one segment' }).getByRole('button');
  const genome = page.getByRole('region', { name: 'Genome' });
  // Members of some segments lean to nothing else than all do; not of every one.
  for (let at = 1; at < (await chips.count()); at++) {
    await chips.nth(at).click();
    await expect(genome).toBeVisible();
    await settled(page);
    const table = genome.getByRole('table', { name: /^Lean (less )?to$/ }).first();
    if ((await table.count()) === 0) continue;
    await expect(genome.getByText(/^of [1-9][\d,]* members with one, as of /)).toBeVisible();
    // An index is of 100, here as everywhere.
    const index = figure((await table.getByRole('row').nth(1).getByRole('cell').nth(4).textContent()) ?? '');
    expect(Number.isInteger(index)).toBe(true);
    expect(await findings(page)).toEqual([]);
    return;
  }
  throw new Error('no segment leans to anything');
});

test('the finder asks, says why, and products add up', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const finder = page.getByRole('region', { name: 'Product finder' });
  await finder.getByRole('button', { name: 'Begin', exact: true }).click();
  // The category that is open has few products, of which nothing need be asked.
  await finder.getByRole('checkbox', { name: /^Only of / }).uncheck();
  await expect(finder.getByText(/This question parts the/)).toBeVisible();
  const offers = finder.getByRole('group').getByRole('button');
  const fits = /[\d,]+$/.exec(((await offers.first().textContent()) ?? '').trim())?.[0] ?? 'nothing';
  await offers.first().click();
  await expect(finder.getByText(new RegExp(`^${fits} products? of `))).toBeVisible();
  await expect(finder.getByRole('list', { name: 'Answers so far' }).getByRole('listitem')).toHaveCount(1);
  await settled(page);
  const row = finder.locator('tbody tr').first();
  const lines = await row.locator('.line .num').allTextContents();
  const number = (text: string) => Math.round(100 * figure(text));
  const bits = number((await row.locator('td').first().textContent()) ?? '');
  // Each is rounded to hundredths.
  expect(Math.abs(lines.map(number).reduce((sum, one) => sum + one, 0) - bits)).toBeLessThanOrEqual(lines.length);
  expect(await findings(page)).toEqual([]);
  // The next question, or why there is none, has the focus.
  await expect(finder.locator('.ask')).toBeFocused();
  await finder.getByRole('button', { name: /^Take back/ }).click();
  await expect(finder.getByRole('list', { name: 'Answers so far' })).toHaveCount(0);
});

test('answers of the finder end with their category', async ({ page }) => {
  await page.goto('/p/chain/products');
  await settled(page);
  const finder = page.getByRole('region', { name: 'Product finder' });
  await finder.getByRole('button', { name: 'Begin', exact: true }).click();
  await finder.getByRole('checkbox', { name: /^Only of / }).uncheck();
  await finder.getByRole('group').getByRole('button').first().click();
  await expect(finder.getByRole('list', { name: 'Answers so far' }).getByRole('listitem')).toHaveCount(1);
  await settled(page);
  await finder.getByRole('checkbox', { name: /^Only of / }).check();
  await expect(finder.getByRole('list', { name: 'Answers so far' })).toHaveCount(0);
  await settled(page);
  await expect(finder.getByRole('checkbox', { name: /^Only of / })).toBeVisible();
  await expect(finder.getByRole('alert')).toHaveCount(0);
  // Another category keeps nothing of the one before either.
  await page.getByRole('combobox', { name: 'Category' }).selectOption({ index: 1 });
  await settled(page);
  await expect(finder.getByRole('list', { name: 'Answers so far' })).toHaveCount(0);
  await expect(finder.getByRole('alert')).toHaveCount(0);
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
