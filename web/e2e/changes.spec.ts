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
  await expect(page.getByRole('region', { name: 'History' })).toContainText(name);
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

test('a run can be started and stopped', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/settings/runs`);
  await settled(page);
  await page.getByLabel('Reason').fill('End-to-end test');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.locator('.job')).toBeVisible();
  const cancel = page.getByRole('button', { name: 'Cancel…' });
  const state = page.locator('.job .tag');
  await expect(cancel.or(state.getByText('Done'))).toBeVisible();
  if (await cancel.isVisible()) {
    await cancel.click();
    await page.getByLabel('Reason for stopping').fill('End-to-end test');
    await page.getByRole('button', { name: 'Stop it' }).click();
  }
  await expect(state).toHaveText(/Stopped|Done/);
});
