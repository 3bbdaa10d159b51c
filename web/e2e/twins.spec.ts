// Two schemes of one title, both live, and two runs of one title: the pages show both and tell them apart. Makes the schemes
// `twin-one` and `twin-two` in the project `chain`, which tests/browser/run makes.
import type { Browser, Page } from '@playwright/test';
import { another, call, ran, scheme, step } from './made';
import { expect, findings, settled, test } from './visit';

const title = 'Shops that share a title';
const names = ['twin-one', 'twin-two'];

/** Both schemes with a live run, the first with another run of the same title; what is there stays. */
async function twins(page: Page, browser: Browser): Promise<void> {
  await page.goto('/p/chain/workbench');
  await settled(page);
  for (const name of names) await scheme(page, name, 'stores-by-sales-mix', title);
  const { schemes } = await call<{ schemes: { scheme: string; live?: unknown }[] }>(page, 'GET', '/workbench/schemes');
  const waiting = names.filter((name) => !schemes.find((s) => s.scheme === name)?.live);
  if (waiting.length === 0) return;
  const other = await another(page, browser, `Cem ${Date.now() % 100000}`, ['planner', 'approver']);
  for (const name of waiting) {
    const run = await ran(page, name, 'Spring');
    await step(page, name, run.run_id, 'ready', 'As agreed');
    await step(other, name, run.run_id, 'approved', 'As agreed');
    await step(page, name, run.run_id, 'deployed', 'As agreed');
  }
  await ran(page, 'twin-one', 'Spring');
  await other.context().close();
}

test.beforeEach(async ({ page, browser }) => {
  test.setTimeout(150_000);
  await twins(page, browser);
});

test('Home and the workbench show both of two live schemes of one title', async ({ page }) => {
  await page.goto('/p/chain/home');
  await settled(page);
  const worth = page.getByRole('region', { name: 'Clusters and what they are worth' });
  const both = worth.locator('.scheme').filter({ hasText: title });
  await expect(both).toHaveCount(2);
  for (const name of names) await expect(both.filter({ hasText: name })).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'The story in chapters' }).getByRole('link').filter({ hasText: title })).toHaveCount(2);
  // What stands below them is there, too: a page that broke off would lack it.
  await expect(page.getByRole('region', { name: 'Last runs' })).toBeVisible();

  await page.goto('/p/chain/workbench');
  await settled(page);
  for (const name of names) await expect(page.getByRole('row').filter({ hasText: `${title} ${name}` })).toHaveCount(1);
});

test('a new scheme has a title of its own, and is told of one that is taken', async ({ page, allowed }) => {
  allowed.refusals = true;
  await page.goto('/p/chain/workbench');
  await settled(page);
  await page.getByRole('button', { name: 'New scheme…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Begin with').selectOption('stores-by-sales-mix');
  const named = dialog.getByLabel('Title');
  await expect(named).toHaveAttribute('placeholder', 'Shops by what they sell');
  await named.fill(` ${title.toUpperCase()} `);
  await expect(named).toHaveAccessibleDescription(/^A scheme is called so already \(twin-one, twin-two\)/);
  await dialog.getByLabel('Reason').fill('End-to-end test');
  // A name in addresses that is taken is refused before it is sent.
  const address = dialog.getByLabel('Name in addresses');
  await address.fill('twin-one');
  await expect(dialog.getByRole('button', { name: 'Make it' })).toBeDisabled();
  await expect(address).toHaveAccessibleDescription(`${title} has this name: take another one.`);
  await address.fill('');
  const own = `Läden ${Date.now() % 100000}`;
  await named.fill(own);
  await expect(named).toHaveAccessibleDescription('As people read it; that of the template where nothing is given.');
  await expect(address).toHaveAttribute('placeholder', /^laden-\d+$/);
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page).toHaveURL(/workbench\/laden-\d+/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(own);
  await page.getByRole('button', { name: 'Remove…' }).click();
  await dialog.getByLabel('Reason').fill('Only a try');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog).toHaveCount(0);
});

test('two runs of one title are told apart where they are compared', async ({ page }) => {
  await page.goto('/p/chain/workbench/twin-one');
  await settled(page);
  await page.getByRole('button', { name: /^Compare with Spring, 3 clusters, run \S+$/ }).first().click();
  const sides = page.getByRole('region', { name: 'Compared' }).getByRole('definition');
  await expect(sides).toHaveText([/^Spring, 3 clusters\s+Draft.*made .*, run \S+…\S+, silhouette/, /^Spring, 3 clusters\s+Live.*made .*, run \S+…\S+, silhouette/]);
  const runs = (await sides.allTextContents()).map((text) => /run (\S+),/.exec(text)?.[1]);
  expect(new Set(runs).size).toBe(2);
  // The ranking names the same runs.
  const rows = page.getByRole('region', { name: 'Runs side by side' }).getByRole('row');
  for (const run of runs) await expect(rows.filter({ hasText: `run ${run}` })).toHaveCount(1);
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('region', { name: 'Compared' })).toHaveCount(0);
});
