// Who decides sees what changes; a run says who is not in it, and has a name of its own; the online shop is told from shops
// with a door. Needs the schemes `shops`, `together` and `wine` of the project `chain`, which tests/browser/run makes.
import { expect, findings, settled, test } from './visit';

const wine = '/p/chain/workbench/wine';

test('what deciding for a run changes is told before it is decided', async ({ page }) => {
  await page.goto(wine);
  await settled(page);
  const runs = page.getByRole('region', { name: 'Runs side by side' });
  await runs.getByRole('row').filter({ hasText: 'Second, with 1 change' }).getByRole('button', { name: 'Deploy sooner…' }).click();
  const dialog = page.getByRole('dialog');
  const changes = dialog.getByRole('region', { name: 'What changes' });
  await expect(changes).toContainText(/Against what is live \(First.*\): 1 store of \d+ moves, 0 come in, 0 leave/);
  const moves = changes.getByRole('listitem');
  await expect(moves).toHaveCount(1);
  // From where to where, and who.
  await expect(moves).toHaveText(/^\s*1\s+\S.* → \S.*Marketon \S/);
  for (const figure of ['Fit', 'Sales at risk', 'Ranges', 'Silhouette']) await expect(changes.locator('dt').filter({ hasText: figure })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  // Where nothing is live, all members are new.
  await page.goto('/p/chain/workbench/dna');
  await settled(page);
  await page.getByRole('button', { name: 'Put up for approval…' }).click();
  await expect(dialog).toContainText(/Nothing is live yet: \d+ products get a cluster for the first time/);
});

test('a date on which nothing was live lets one ask for another', async ({ page, allowed }) => {
  allowed.refusals = true;
  await page.goto(`${wine}?run=live&on=2020-01-01`);
  await settled(page);
  const band = page.getByRole('region', { name: 'The run that is looked at' });
  const field = band.getByLabel('What was live on');
  await expect(field).toHaveValue('2020-01-01');
  await expect(band).toContainText('Nothing was live on 1 Jan 2020. The first run is live from');
  const soon = new Date(Date.now() + 4 * 86400e3).toISOString().slice(0, 10);
  await field.fill(soon);
  await expect(band).toContainText(/Planned\s*Second, with 1 change/);
});

test('the online shop is told from shops with a door', async ({ page }) => {
  await page.goto('/p/chain/workbench/shops');
  await settled(page);
  const members = page.locator('#members');
  await members.getByPlaceholder('Code or name').fill('Online');
  await expect(members.locator('tbody tr')).toHaveCount(1);
  await expect(members.locator('tbody tr')).toContainText(/Online\s*online/);
  await members.getByPlaceholder('Code or name').fill('Marketon');
  await expect(members.locator('tbody tr').nth(5)).toBeVisible();
  await expect(members.locator('tbody .tag').filter({ hasText: 'online' })).toHaveCount(1);
  await expect(page.locator('.card').getByText(/Online is in it/)).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Map of stores' })).toContainText('online shop');
});

test('a run has a name, and says who is not in it', async ({ page }) => {
  await page.goto('/p/chain/workbench/together');
  await settled(page);
  await expect(page.getByRole('region', { name: 'Who is not in it' })).toContainText(/products? (is|are) left out/);

  await page.goto('/p/chain/workbench');
  await settled(page);
  await page.getByRole('button', { name: 'New scheme…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Begin with').selectOption('stores-for-category');
  await dialog.getByRole('textbox', { name: 'Category' }).fill('Dairy');
  await dialog.getByLabel('Reason').fill('Large ones alone');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page).toHaveURL(/workbench\/dairy-stores/);
  await settled(page);
  const recipe = page.getByRole('region', { name: 'Recipe' });
  await recipe.getByText('The whole recipe as text').click();
  const text = recipe.getByLabel('Recipe (TOML)');
  const written = await text.inputValue();
  await text.fill(`${written.replace(/^\[where\][^[]*/m, '')}\n[where]\nformat = ["supermarket", "hypermarket"]\n`);
  await recipe.getByLabel('Reason').fill('Large ones alone');
  await recipe.getByRole('button', { name: 'Save as version 2' }).click();
  // The button says "version 2", too: saved is what has a day, and has emptied the reason.
  await expect(recipe).toContainText('version 2, ');
  await expect(recipe.getByLabel('Reason')).toHaveValue('');
  await recipe.getByLabel('Reason').fill('To see');
  await recipe.getByLabel('Run’s name').fill('Large shops');
  await recipe.getByLabel('Number').fill('2');
  await recipe.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByRole('region', { name: 'The run that is looked at' })).toContainText('Large shops, 2 clusters', { timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'Runs side by side' })).toContainText(/Large shops\s*made .* by .*, recipe 2/);
  const out = page.getByRole('region', { name: 'Who is not in it' });
  await expect(out).toContainText(/\d+ stores are left out by the recipe's filters/);
  await expect(out).toContainText('The recipe keeps stores with format supermarket or hypermarket');
});
