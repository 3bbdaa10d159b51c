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

test('a run by another method draws its tree, which is cut by key and run anew', async ({ page }) => {
  await page.goto(shops);
  await settled(page);
  const recipe = page.getByRole('region', { name: 'Recipe' });
  await recipe.getByLabel('Method').selectOption('ward');
  await recipe.getByLabel('Number').fill('4');
  await recipe.getByLabel('Reason').fill('To see the tree');
  await recipe.getByRole('button', { name: 'Run it' }).click();
  const tree = page.getByRole('region', { name: 'Tree' });
  await expect(tree).toBeVisible({ timeout: 30_000 });
  await settled(page);
  await expect(tree.getByRole('listitem')).toHaveCount(4);
  const cut = tree.getByLabel('Number of clusters after the cut');
  await cut.focus();
  await page.keyboard.press('ArrowRight');
  await expect(tree.getByRole('listitem')).toHaveCount(5);
  // By pointer: at the foot of the tree all branches are crossed, at its head one.
  const lines = tree.getByRole('img', { name: /^Tree of/ });
  const box = await lines.boundingBox();
  if (!box) throw new Error('the tree is not drawn');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 2);
  await page.mouse.up();
  await expect(tree.getByRole('listitem')).toHaveCount(1);
  await tree.getByRole('button', { name: 'Back to this run’s cut' }).click();
  await expect(tree.getByRole('listitem')).toHaveCount(4);
  await cut.fill('3');
  await tree.getByRole('button', { name: 'Run with 3' }).click();
  await expect(recipe.getByLabel('Number')).toHaveValue('3');
  await expect(recipe.getByLabel('Method')).toHaveValue('ward');
  await expect(recipe.getByLabel('Reason')).toBeFocused();
  expect(await findings(page)).toEqual([]);
  // How sure: the column, and all clusters in the reasons.
  await expect(page.getByRole('columnheader', { name: /Probability/ })).toBeVisible();
  await page.getByRole('button', { name: /^Why .* is here$/ }).first().click();
  await expect(page.getByText(/^Probability:/)).toBeVisible();
});

test('rules are built with their size live', async ({ page }) => {
  await page.goto('/p/chain/workbench');
  await settled(page);
  await page.getByRole('button', { name: 'New scheme…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Begin with').selectOption('customer-rules');
  await dialog.getByLabel('Reason').fill('For the spring mailing');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page).toHaveURL(/workbench\/customer-rules/);
  await settled(page);
  const recipe = page.getByRole('region', { name: 'Recipe' });
  const size = recipe.getByLabel(/^Size of /).first();
  await expect(size).toHaveText(/about \d/);
  const before = await size.textContent();
  await recipe.getByRole('button', { name: 'Add a condition' }).first().click();
  await recipe.getByLabel('What is compared').selectOption('spend');
  await recipe.getByLabel('Value').fill('100000000');
  await recipe.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(size).not.toHaveText(before ?? '');
  await expect(size).toHaveText('about 0');
  // What is being written is there after a look at another view.
  await page.getByRole('link', { name: 'Migration' }).click();
  await settled(page);
  await page.getByRole('link', { name: 'Clusters' }).click();
  await settled(page);
  await expect(recipe.getByLabel(/^Who is in /).first()).toHaveValue(/100000000/);
  // A rule that cannot be read says what is wrong, and the sizes go.
  const rule = recipe.getByLabel(/^Who is in /).first();
  await rule.fill('spned > 3');
  await expect(recipe.getByText(/spend/).last()).toBeVisible();
  await expect(size).toHaveText('–');
  expect(await findings(page)).toEqual([]);
});
