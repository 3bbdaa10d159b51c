// Past versions of a scheme on its page: what would change is shown, and going back is a new version.
import { expect, settled, test } from './visit';

test('a past version is gone back to after what differs is shown', async ({ page }) => {
  await page.goto('/p/chain/workbench/kept');
  await settled(page);
  const panel = page.getByRole('region', { name: 'Versions' });
  const rows = panel.getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('version 2 of the recipe');
  await expect(rows.first()).toContainText('Fewer weights');
  await expect(panel).not.toContainText('restore the registry');

  await rows.last().getByRole('button', { name: /^Go back to version \d+$/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox')).toHaveCount(1);
  await expect(dialog.getByRole('checkbox', { name: 'The recipe with its rules' })).toBeChecked();
  await expect(dialog.getByLabel('Lines of the recipe that differ')).toContainText('title = "Kept once"');
  await expect(dialog.getByRole('button', { name: 'Go back' })).toBeDisabled();
  await dialog.getByLabel('Reason').fill('The old weights');
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText('The old weights');
  await expect(rows.first()).toContainText(/back to version \d+: recipe/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kept once');
});

test('going back is offered where it changes something, and says what stays planned', async ({ page }) => {
  // Nothing was live when the recipe was saved, and it is the same today.
  await page.goto('/p/chain/workbench/value');
  await settled(page);
  const rows = page.getByRole('region', { name: 'Versions' }).getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('holds now');
  await expect(rows.last()).toContainText('nothing was live then, the rest is as it is now');
  await expect(rows.getByRole('button', { name: /^Go back/ })).toHaveCount(0);

  await page.goto('/p/chain/workbench/wine');
  await settled(page);
  await expect(rows.filter({ hasText: 'New fit-out' })).toContainText('all is as it is now');
  await rows.filter({ hasText: "'First' live" }).getByRole('button', { name: /^Go back to version \d+$/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox')).toHaveCount(1);
  await expect(dialog.getByRole('checkbox', { name: 'The changes by hand and the names' })).toBeChecked();
  await expect(dialog).toContainText(/“Second, with 1 change” stays planned and becomes live on \d+ \S+ \d{4}\./);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  // Where nothing was live, what is live stays so, and the dialog says it.
  await rows.filter({ hasText: 'version 1 of the recipe' }).getByRole('button', { name: /^Go back to version \d+$/ }).click();
  await expect(dialog).toContainText('Nothing was live then: First stays live.');
});
