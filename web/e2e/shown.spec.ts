// Which run is looked at is always in sight; Home tells what the clusters of live schemes are worth; a scheme is removed and
// brought back. Needs the schemes `shops`, `wine` and `value` of the project `chain`, which tests/browser/run makes.
import { expect, findings, settled, test } from './visit';

const wine = '/p/chain/workbench/wine';

test('nobody takes a draft for the live run', async ({ page }) => {
  await page.goto(wine);
  await settled(page);
  const band = page.getByRole('region', { name: 'The run that is looked at' });
  // What is live opens; what is planned is a press away.
  await expect(band).toContainText(/Live\s*First.*since .*, until/);
  await band.getByRole('button', { name: /^Show what is planned from \d/ }).click();
  await expect(band).toContainText(/Planned\s*Second, with 1 change.*live from .*, not before/);
  // It stays in sight however far down one reads.
  await page.getByRole('region', { name: 'Changes by hand' }).scrollIntoViewIfNeeded();
  await expect(band).toBeInViewport({ ratio: 1 });
  await band.getByRole('button', { name: 'Show what is live' }).click();
  await expect(band).toContainText(/Live\s*First.*since/);
  await expect(page).toHaveURL(/run=live/);
  const soon = new Date(Date.now() + 4 * 86400e3).toISOString().slice(0, 10);
  await band.getByLabel('What was live on').fill(soon);
  await expect(band).toContainText(/Planned\s*Second, with 1 change.*Seen as of/);
  await expect(page).toHaveURL(new RegExp(`on=${soon}`));
  // The draft that the planned run comes from is told from it.
  const runs = page.getByRole('region', { name: 'Runs side by side' });
  await runs.getByRole('button', { name: 'Second', exact: true }).click();
  await expect(band).toContainText(/Draft\s*Second.*not live/);
  expect(await findings(page)).toEqual([]);
});

test('where members cannot move, the page says why', async ({ page }) => {
  await page.goto(wine);
  await settled(page);
  const why = /^Members move in drafts alone: run the scheme again to make one\./;
  const members = page.locator('#members');
  await expect(members.getByRole('button', { name: 'Pick this page' })).toBeDisabled();
  await expect(members.getByRole('button', { name: 'Pick this page' })).toHaveAccessibleDescription(why);
  await expect(members.getByRole('checkbox')).toHaveCount(0);
  const changes = page.getByRole('region', { name: 'Changes by hand' });
  for (const what of ['Merge…', 'Split…', 'Make one by hand…']) {
    await expect(changes.getByRole('button', { name: what })).toBeDisabled();
    await expect(changes.getByRole('button', { name: what })).toHaveAccessibleDescription(why);
  }
  // In a draft nothing is said, and members can be picked.
  await page.getByRole('region', { name: 'Runs side by side' }).getByRole('button', { name: 'Second', exact: true }).click();
  await expect(members.getByRole('checkbox').first()).toBeVisible();
  await expect(page.getByText('Members move in drafts alone')).toHaveCount(0);
});

test('Home tells what clusters are worth, and the figures add up', async ({ page }) => {
  await page.goto('/p/chain/home');
  await settled(page);
  const worth = page.getByRole('region', { name: 'Clusters and what they are worth' });
  const scheme = worth.locator('.scheme').filter({ hasText: 'Shops for Red Wine' });
  const tiles = scheme.getByRole('listitem');
  await expect(tiles).toHaveCount(3);
  const numbers = async (pattern: RegExp) => (await tiles.allTextContents()).map((text) => Number((pattern.exec(text)?.[1] ?? 'NaN').replaceAll(',', '')));
  const stores = (await numbers(/([\d,]+) stores?/)).reduce((a, b) => a + b, 0);
  await expect(scheme).toContainText(`Clusters together: ${stores} stores`);
  const shares = (await numbers(/([\d.]+).%/)).reduce((a, b) => a + b, 0);
  expect(Math.abs(shares - 100)).toBeLessThan(0.3);
  // A press explains a figure, a cluster's name leads to it in the run that is live.
  // An explanation closes when the page scrolls under it: scroll first, and let the scroll be told.
  const figure = tiles.first().locator('button.explain').first();
  await figure.scrollIntoViewIfNeeded();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await figure.click();
  await expect(page.getByRole('dialog', { name: /How computed/ })).toContainText(/of Red Wine alone.*add up/);
  await page.keyboard.press('Escape');
  await expect(worth.locator('.scheme').filter({ hasText: 'customers' }).first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await tiles.first().getByRole('link').click();
  await settled(page);
  await expect(page).toHaveURL(/run=live&cluster=\d+/);
  await expect(page.getByRole('region', { name: 'The run that is looked at' })).toContainText('Live');
});

test('a scheme is removed, and brought back', async ({ page, allowed }) => {
  allowed.refusals = true;
  await page.goto('/p/chain/workbench');
  await settled(page);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'New scheme…' }).click();
  await dialog.getByLabel('Begin with').selectOption('stores-for-category');
  // A category that is not there is refused with the nearest spelling.
  await dialog.getByRole('textbox', { name: 'Category' }).fill('Red Wien');
  await dialog.getByLabel('Reason').fill('A try');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog).toContainText('did you mean Red Wine');
  await dialog.getByRole('textbox', { name: 'Category' }).fill('White Wine');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page).toHaveURL(/workbench\/white-wine-stores/);
  await settled(page);
  await page.getByRole('button', { name: 'Remove…' }).click();
  await dialog.getByLabel('Reason').fill('Only a try');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText(/Removed since .*: Only a try/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run it' })).toHaveCount(0);
  await page.goto('/p/chain/workbench');
  await settled(page);
  const row = page.getByRole('row').filter({ hasText: 'Shops for White Wine' });
  await expect(row).toHaveCount(0);
  await page.getByLabel('Removed ones, too').check();
  await expect(row).toContainText('removed');
  await row.getByRole('link').click();
  await settled(page);
  await page.getByRole('button', { name: 'Bring back…' }).click();
  await dialog.getByLabel('Reason').fill('Needed after all');
  await dialog.getByRole('button', { name: 'Bring back' }).click();
  await expect(page.getByRole('button', { name: 'Remove…' })).toBeVisible();
  // What is live is retired, not removed.
  await page.goto(wine);
  await settled(page);
  await expect(page.getByRole('button', { name: 'Retire…' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove…' })).toHaveCount(0);
});
