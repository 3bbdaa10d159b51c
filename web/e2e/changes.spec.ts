// Changes carry a reason and show their effect.
import { expect, firstProject, settled, test } from './visit';

test('a renamed segment shows everywhere and in the history', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/segments`);
  await settled(page);
  const name = `Renamed ${Date.now() % 100000}`;
  await page.getByRole('button', { name: /^Rename / }).last().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Reason').fill('End-to-end test');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: `Rename ${name}` })).toBeVisible();
  await expect(page.getByRole('region', { name: 'History' })).toContainText(new RegExp(`segment \\d+[^]*${name}`));
});

test('a past view offers no rename', async ({ page }) => {
  const project = await firstProject(page);
  // Whether there were segments at a date is the server's to say; here today's stand for those of the past.
  await page.route(/\/segments\/[^/?]+\?as_of=/, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(/\?as_of=.*/, '') }) }));
  await page.goto(`/p/${project}/segments?as_of=2020-01-01`);
  await settled(page);
  await expect(page.getByRole('button', { name: 'Today' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Rename / })).toHaveCount(0);
  await page.getByRole('button', { name: 'Today' }).click();
  await expect(page.getByRole('button', { name: /^Rename / }).first()).toBeVisible();
});

test('a person gets a link when added and a new one later, each shown once', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/settings/people`);
  await settled(page);
  const name = `E2e ${Date.now() % 100000}`;
  const link = page.getByRole('textbox', { name: `One-time link for ${name}` });
  const dialog = page.getByRole('dialog');

  await page.getByRole('button', { name: 'Add a person…' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('checkbox', { name: /planner/ }).check();
  await dialog.getByLabel('Reason').fill('End-to-end test');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(link).toHaveValue(/^http.*\/login\?token=/);
  const first = await link.inputValue();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(link).toHaveCount(0);

  await page.getByRole('button', { name: `New link… for ${name}` }).click();
  await expect(dialog.getByRole('button', { name: 'Make link' })).toBeDisabled();
  await dialog.getByLabel('Reason').fill('The first link went astray');
  await dialog.getByRole('button', { name: 'Make link' }).click();
  await expect(link).toHaveValue(/^http.*\/login\?token=/);
  expect(await link.inputValue()).not.toBe(first);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(link).toHaveCount(0);

  await page.getByRole('button', { name: `Close account of ${name}` }).click();
  await dialog.getByLabel('Reason').fill('End-to-end test');
  await dialog.getByRole('button', { name: 'Close account' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('closed');
  await expect(page.getByRole('button', { name: `New link… for ${name}` })).toHaveCount(0);
});

test('a key is shown once and can be revoked', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/settings/keys`);
  await settled(page);
  const name = `e2e ${Date.now() % 100000}`;
  await page.getByRole('button', { name: 'Make a key…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByLabel(/^read/).check();
  await dialog.getByLabel('Reason').fill('End-to-end test');
  await dialog.getByRole('button', { name: 'Make key' }).click();
  await expect(page.getByRole('textbox', { name: 'The new key' })).toHaveValue(/^tsr_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByRole('textbox', { name: 'The new key' })).toHaveCount(0);
  await page.getByRole('button', { name: `Revoke key ${name}` }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('End-to-end test');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('revoked');
});

test('the audit log verifies', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/settings/audit`);
  await settled(page);
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expect(page.getByText(/^Intact: all/)).toBeVisible();
});

test('a run that is stopped ends as stopped', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/settings/runs`);
  await settled(page);
  await page.getByLabel('Reason').fill('End-to-end test');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByLabel('Reason for stopping').fill('End-to-end test');
  const [answer] = await Promise.all([page.waitForResponse(/\/jobs\/[^/]+\/cancel$/), page.getByRole('button', { name: 'Stop it' }).click()]);
  expect(answer.ok()).toBe(true);
  // A run stops at its next safe point, which may be some seconds away.
  await expect(page.locator('.job .tag')).toHaveText('Stopped', { timeout: 45_000 });
  await expect(page.getByRole('link', { name: 'See the segments' })).toHaveCount(0);
});
