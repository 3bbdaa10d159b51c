// Who moved between two publications, and why: the planned one shows before it is in effect, a flow lists its members
// with the change by hand behind them, and a member and a customer tell where they were. Needs the schemes `wine` and
// `value` of the project `chain`, which tests/browser/run makes.
import { choosePurpose, expect, findings, settled, test } from './visit';

const wine = '/p/chain/workbench/wine';

test('what is planned shows before it is in effect', async ({ page }) => {
  await page.goto('/p/chain/workbench');
  await settled(page);
  await expect(page.getByRole('row').filter({ hasText: 'Shops for Red Wine' })).toContainText(/Second, with 1 change from \d/);
  await page.goto(wine);
  await settled(page);
  const runs = page.getByRole('region', { name: 'Runs side by side' });
  // The draft keeps its own title: changes made since became part of another run, which says so.
  await expect(runs.getByRole('row').filter({ hasText: /Second, with 1 change\s*made .*Live from \d/ })).toHaveCount(1);
});

test('a flow lists who moved, and whose change it was', async ({ page }) => {
  await page.goto(wine);
  await settled(page);
  await page.getByRole('link', { name: 'Migration' }).click();
  await settled(page);
  await expect(page).toHaveURL(/view=migration/);
  // By data nobody moved, since no data came; by hand one shop did.
  await expect(page.getByText('Of these by hand', { exact: true })).toBeVisible();
  const matrix = page.getByRole('region', { name: 'From row to column' });
  const rows = matrix.locator('tbody tr');
  const all = await rows.evaluateAll((list) => list.map((tr) => [...tr.querySelectorAll('button.cell')].reduce((sum, b) => sum + Number(/: (\d+)/.exec(b.textContent ?? '')?.[1]), 0)));
  const told = await matrix.locator('tbody tr td:nth-last-child(2)').allTextContents();
  expect(all).toEqual(told.map(Number));
  // By key alone: a number of the matrix lists who is behind it, and the address keeps it.
  const moved = matrix.getByRole('button', { name: / to .*: 1 / });
  await moved.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/kind=moved/);
  const members = page.getByRole('region', { name: 'Members between the dates' });
  await expect(members.locator('tbody tr')).toHaveCount(1);
  await expect(members).toContainText('By hand: moved to cluster');
  await expect(members).toContainText('New fit-out');
  await members.getByRole('button', { name: /^Why .* moved$/ }).click();
  await expect(members.getByRole('columnheader', { name: 'Part of the change' })).toBeVisible();
  await page.reload();
  await settled(page);
  await expect(moved).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: /^Show table/ }).first().click();
  expect(await findings(page)).toEqual([]);
});

test('two dates with one run between them move nobody', async ({ page }) => {
  const today = new Date().toISOString().slice(0, 10);
  await page.goto(`${wine}?view=migration&from=${today}&to=${today}`);
  await settled(page);
  await expect(page.getByText('The same run is live at both dates')).toBeVisible();
  await page.getByLabel('To', { exact: true }).fill(new Date(Date.now() + 5 * 86400e3).toISOString().slice(0, 10));
  await expect(page).toHaveURL(/to=\d{4}-\d\d-\d\d/);
  await settled(page);
  await expect(page.getByText('The same run is live at both dates')).toHaveCount(0);
});

test.describe('a date before anything was live', () => {
  test.use({ allowed: { refusals: true } });
  test('is refused with the first that was', async ({ page }) => {
    await page.goto(`${wine}?view=migration&from=2020-01-01`);
    await expect(page.getByText(/its first run is live from/).first()).toBeVisible();
  });
});

test('a scheme of which nothing was live, and one that was published once, say so', async ({ page }) => {
  await page.goto('/p/chain/workbench/value?view=migration');
  await settled(page);
  await expect(page.getByText('Only one publication so far', { exact: true })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.goto('/p/chain/workbench/shops?view=migration');
  await settled(page);
  await expect(page.getByText('Nothing was live yet')).toBeVisible();
});

test('a shop and a customer tell where they were', async ({ page }) => {
  await page.goto(wine);
  await settled(page);
  await page.getByRole('region', { name: 'Members' }).getByRole('button', { name: /^Why .* is here$/ }).first().click();
  await expect(page.getByRole('heading', { name: 'Where it was' })).toBeVisible();
  await expect(page.getByText('It was there in the first run that was live').first()).toBeVisible();
  await choosePurpose(page);
  await page.goto('/p/chain/customers');
  await page.getByRole('region', { name: 'Customers' }).locator('tbody a').first().click();
  await page.waitForURL(/customers\/\d+/);
  await settled(page);
  const stays = page.getByRole('region', { name: 'Segments over time' });
  await expect(stays).toContainText('It was there in the first run that was live');
  expect(await findings(page)).toEqual([]);
});
