// Newcomers on the page of a scheme: a shop without sales is placed by what it is, with its reasons, and planned. Needs the
// project `chain` with its shop S0901, which tests/browser/run makes.
import { expect, findings, settled, test } from './visit';

test('a shop without sales is proposed a cluster, says why, and is planned', async ({ page }) => {
  await page.goto('/p/chain/workbench/shops');
  await settled(page);
  const panel = page.getByRole('region', { name: 'Newcomers' });
  await panel.getByRole('button', { name: 'Look', exact: true }).click();
  await expect(panel).toContainText(/placed right/);
  await expect(panel.getByRole('row', { name: /^The largest cluster/ })).toContainText(/\d+ of \d+/);
  const row = panel.getByRole('row').filter({ hasText: 'S0901' });
  await expect(row).toContainText('No sales yet');
  await expect(row).toContainText('no run yet');
  // By key alone: why, then the way back.
  const why = row.getByRole('button', { name: /^Why .* would go there$/ });
  await why.focus();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('columnheader', { name: 'Alike to all' })).toBeVisible();
  await expect(panel.getByRole('rowheader', { name: 'Format' })).toBeVisible();
  await why.click();
  // A way that asks nothing says so of all of them.
  await panel.getByLabel('Placed by').selectOption('largest');
  await expect(panel.getByRole('row', { name: /^The largest cluster taken/ })).toBeVisible();
  await panel.getByLabel('Placed by').selectOption('like');
  await expect(panel.getByRole('row', { name: /^Those most alike taken/ })).toBeVisible();
  expect(await findings(page)).toEqual([]);

  await row.getByRole('button', { name: /^Place… / }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/goes there with its first run/);
  await dialog.getByLabel('Reason').fill('Opens in May');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row).toContainText('planned');
  await expect(page.getByRole('region', { name: 'Changes by hand' })).toContainText('S0901 placed in cluster');
  await page.getByRole('button', { name: 'Undo…' }).first().click();
  await dialog.getByLabel('Reason').fill('Not in May');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText('no run yet');

  // Where no history is too short, nobody is new but those without sales.
  await panel.getByLabel('Fewer than … days').fill('0');
  await panel.getByLabel('Fewer than … receipts').fill('0');
  await panel.getByLabel('Fewer than … receipts').blur();
  await expect(panel.getByRole('table', { name: 'Newcomers' }).getByRole('row')).toHaveCount(2);
});
