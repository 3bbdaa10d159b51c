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
