// The workbench on a chain of shops: a shop is moved at a cost that shows before, stays there in the next run, and two
// people decide. Needs the project `chain`, which tests/browser/run makes.
import { expect, findings, settled, test } from './visit';

const shops = '/p/chain/workbench/shops';

test('a shop is moved at a known cost, and the next run obeys', async ({ page }) => {
  await page.goto(shops);
  await settled(page);
  const members = page.getByRole('region', { name: 'Members' });
  const dialog = page.getByRole('dialog');
  // A name that a person gives stays with the cluster; a proposed one follows the facts of each run.
  const name = 'Flagship towns';
  await page.getByRole('button', { name: /^Rename / }).last().click();
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Reason').fill('As the team calls it');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: `Rename ${name}` })).toBeVisible();
  const row = members.getByRole('row').filter({ has: page.getByRole('checkbox') }).filter({ hasNotText: name }).first();
  const code = (await row.getByRole('cell').nth(2).textContent())?.trim() ?? '';
  await row.getByRole('checkbox').check();
  const bar = page.getByRole('group', { name: 'What to do with the picked stores' });
  await expect(bar).toContainText('1 store picked');
  // By key alone: the cost shows as soon as a cluster has the focus.
  await bar.getByRole('button', { name }).focus();
  await expect(bar).toContainText(/1 store with .* of sales move/);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Ranges to maintain')).toBeVisible();
  await expect(dialog.getByText('Sales at risk')).toBeVisible();
  await dialog.getByLabel('Reason').fill('New fit-out');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);

  const moved = async () => {
    await members.getByPlaceholder('Code or name').fill(code);
    const found = members.getByRole('row').filter({ hasText: code });
    await expect(found).toHaveCount(1);
    await expect(found).toContainText(name);
    await expect(found).toContainText('locked');
  };
  await moved();
  await expect(page.getByRole('region', { name: 'Changes by hand' })).toContainText('New fit-out');

  await page.goto(shops);
  await settled(page);
  const recipe = page.getByRole('region', { name: 'Recipe' });
  await recipe.getByLabel('Reason').fill('With the new place');
  await recipe.getByRole('button', { name: 'Run it' }).click();
  await expect(page.getByRole('region', { name: 'Runs side by side' }).getByRole('row')).toHaveCount(3, { timeout: 30_000 });
  await settled(page);
  await moved();

  // Undone, the change does not stand any more.
  await page.getByRole('button', { name: 'Undo…' }).first().click();
  await dialog.getByLabel('Reason').fill('It was not needed');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('region', { name: 'Changes by hand' })).toContainText('undone');
});

test('weights sum to a hundred, and why a shop is where it is adds up', async ({ page }) => {
  await page.goto(shops);
  await settled(page);
  const recipe = page.getByRole('region', { name: 'Recipe' });
  await expect(recipe).toContainText(/Sum 100/);
  await recipe.getByLabel('Weight of performance, per cent').fill('30');
  await recipe.getByLabel('Weight of performance, per cent').blur();
  await expect(recipe).toContainText('bring it to 100');
  await expect(recipe.getByRole('button', { name: /^Save as version/ })).toBeDisabled();
  await recipe.getByRole('button', { name: 'Take back' }).click();
  await expect(recipe).toContainText(/Sum 100/);
  await page.getByRole('button', { name: /^Why .* is here$/ }).first().click();
  await expect(page.getByRole('columnheader', { name: 'Adds to own' })).toBeVisible();
});

test('who puts a run up cannot approve it', async ({ page }) => {
  await page.goto(shops);
  await settled(page);
  const runs = page.getByRole('region', { name: 'Runs side by side' });
  await runs.getByRole('button', { name: 'Put up for approval…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Good for the season');
  await dialog.getByRole('button', { name: 'Put up for approval' }).click();
  await expect(runs).toContainText('Ready for approval');
  await expect(dialog).toHaveCount(0);
});

test('two runs side by side, and no serious finding of accessibility', async ({ page }) => {
  await page.goto(shops);
  await settled(page);
  await page.getByRole('button', { name: 'Compare' }).first().click();
  const compared = page.getByRole('region', { name: 'Compared' });
  await expect(compared).toContainText(/agreement/);
  await compared.getByRole('button', { name: /^Show table/ }).click();
  await expect(compared.getByRole('table')).toBeVisible();
  await page.getByRole('button', { name: 'Ground' }).click();
  await expect(page.getByRole('heading', { name: 'Where they stand' })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.goto('/p/chain/workbench');
  await settled(page);
  await expect(page.getByRole('link', { name: 'Shops by what they sell' })).toBeVisible();
  expect(await findings(page)).toEqual([]);
});
