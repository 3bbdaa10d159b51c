// What people see when something is missing or refused.
import { choosePurpose, expect, findings, firstProject, settled, test } from './visit';

test('an unknown project offers the known ones', async ({ page }) => {
  await page.goto('/p/no-such-project/home');
  await expect(page.getByRole('heading', { name: /There is no project/ })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('alert').getByRole('link').first().click();
  await page.waitForURL(/\/p\/[^/]+\/home/);
});

test('an unknown page offers ways on', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/no-such-page`);
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});

test('an unknown scheme is told what, where and how to mend', async ({ page, allowed }) => {
  allowed.refusals = true;
  const project = await firstProject(page);
  await page.goto(`/p/${project}/segments/no-such-scheme`);
  const box = page.getByRole('alert');
  await expect(box).toBeVisible();
  await expect(box).toContainText('404');
  await expect(box).toContainText(/address|project/i);
  await expect(box.getByRole('button', { name: 'Try again' })).toBeVisible();
});

test('no person is shown before a purpose is chosen', async ({ page }) => {
  const project = await firstProject(page);
  const asked: string[] = [];
  page.on('request', (r) => asked.push(r.url()));
  await page.goto(`/p/${project}/customers`);
  await expect(page.getByText('Say why before you look at customers')).toBeVisible();
  await page.goto(`/p/${project}/segments`);
  await settled(page);
  await expect(page.getByText('Say why before you look at members')).toBeVisible();
  await page.goto(`/p/${project}/data`);
  await settled(page);
  await expect(page.getByText('Say why before you look at quarantined rows')).toBeVisible();
  expect(asked.filter((u) => /\/api\/v1\/projects\/[^/]+\/(customers|quarantine|.*\/members)/.test(u))).toEqual([]);
  await page.goto(`/p/${project}/segments`);
  await choosePurpose(page);
  await expect(page.locator('#members tbody tr').first()).toBeVisible();
  expect(asked.some((u) => u.includes('/members?') && u.includes('purpose='))).toBe(true);
});

test('a query that is refused says why', async ({ page, allowed }) => {
  allowed.refusals = true;
  const project = await firstProject(page);
  await page.goto(`/p/${project}/sql`);
  await page.getByRole('textbox', { name: 'Query' }).fill('DROP TABLE customers');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
});

test.describe('signed out', () => {
  test.use({ storageState: { cookies: [], origins: [] } });
  test('the page explains the one-time link', async ({ page, allowed }) => {
    allowed.refusals = true;
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Open your one-time link' })).toBeVisible();
    expect(await findings(page)).toEqual([]);
  });
});
