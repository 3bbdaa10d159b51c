// A file goes through detection, mapping, check and import, and its rows add up; one read in part is no success.
import { expect, findings, firstProject, mapAndCheck, startImport, test, upload } from './visit';

const head = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

test('upload, map, check, import', async ({ page }) => {
  const project = await firstProject(page);
  const name = 'end-to-end.csv';
  await upload(page, project, name, [
    head,
    '900001,85123A,WHITE HANGING HEART,6,2011-12-01 08:26,2.55,17850,United Kingdom',
    '900001,71053,WHITE METAL LANTERN,6,2011-12-01 08:26,3.39,17850,United Kingdom',
    '900002,22423,CAKESTAND,not-a-number,2011-12-01 09:00,12.75,13047,France',
  ]);
  expect(await findings(page)).toEqual([]);
  await mapAndCheck(page);
  await expect(page.getByText('of the first 1,000 rows')).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  await startImport(page, name);
  await expect(page.locator('.job .tag')).toHaveText('Done');
  const [read, loaded, duplicate, quarantined] = (await page.locator('.sum b').allInnerTexts()).map(Number);
  expect(read).toBe(3);
  expect(quarantined).toBe(1);
  expect(read).toBe((loaded ?? 0) + (duplicate ?? 0) + (quarantined ?? 0));
  expect(await findings(page)).toEqual([]);
  await page.getByRole('link', { name: /in quarantine/ }).click();
  await page.waitForURL(/\/data\?q\.import_id=/);
});

test('a guess is shown as one and can be changed; without a guess the person is asked', async ({ page }) => {
  const project = await firstProject(page);
  let guessed: string | null = 'stores';
  await page.route(/\/uploads$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), guessed_kind: guessed, guessed_preset: null } });
  });
  await page.route(/\/kinds$/, async (route) => {
    const response = await route.fetch();
    const found = (await response.json()) as { kinds: { kind: string }[] };
    if (!found.kinds.some((k) => k.kind === 'stores')) found.kinds.unshift({ ...found.kinds[0], kind: 'stores', label: 'Stores' } as { kind: string });
    await route.fulfill({ response, json: found });
  });
  const send = async (name: string) => {
    await page.goto(`/p/${project}/upload`);
    await expect(page.getByRole('button', { name: 'Choose a file' })).toBeEnabled();
    await page.getByLabel('File to upload').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(`${head}\n930001,85123A,HEART,6,2011-12-01 08:26,2.55,17850,France`) });
    await expect(page.getByRole('heading', { name })).toBeVisible();
  };
  const kind = page.getByLabel('This file holds');

  await send('guessed.csv');
  await expect(kind).toHaveValue('stores');
  await expect(page.getByText(/^Guessed from the names of the columns\. If it is not stores, choose another/)).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await kind.selectOption('orders');
  await expect(page.getByText('Chosen by you; the guess from the names of the columns was stores.')).toBeVisible();

  guessed = null;
  await send('unknown.csv');
  await expect(kind).toHaveValue('');
  await expect(page.getByText(/do not tell what the file holds: choose it/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check the rows' })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  await kind.selectOption('orders');
  await expect(page.getByRole('button', { name: 'Check the rows' })).toBeVisible();
});

test('a long file says how many rows were checked', async ({ page }) => {
  const project = await firstProject(page);
  const rows = Array.from({ length: 1200 }, (_, i) => `${910000 + i},85123A,WHITE HANGING HEART,6,2011-12-01 08:26,2.55,17850,United Kingdom`);
  await upload(page, project, 'long.csv', [head, ...rows]);
  await mapAndCheck(page);
  await expect(page.getByText('of the first 1,000 rows', { exact: true })).toBeVisible();
});

test('an import of a file read in part is not shown as done', async ({ page }) => {
  const project = await firstProject(page);
  const name = 'in-part.csv';
  const detail = 'the file ends within a row; what stood before it is loaded';
  await upload(page, project, name, [head, '920001,85123A,WHITE HANGING HEART,6,2011-12-01 08:26,2.55,17850,United Kingdom']);
  await mapAndCheck(page);
  await page.route(/\/jobs\/[^/]+$/, (route) =>
    route.fulfill({ json: { job_id: 'j', kind: 'import', state: 'failed', done: 1, message: '', result: { read: 1, loaded: 1 }, problem: { title: 'Failed', detail } } }),
  );
  await page.route(/\/imports\?/, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { rows: object[] };
    Object.assign(list.rows[0] ?? {}, { state: 'failed', message: detail });
    await route.fulfill({ response, json: list });
  });
  await startImport(page, name);
  await expect(page.locator('.job .tag')).toHaveText('Failed');
  await expect(page.getByRole('alert')).toContainText(detail);
  await expect(page.locator('.sum')).toHaveCount(0);
  await page.getByRole('link', { name: 'list of imports' }).click();
  await expect(page.locator('#imports').getByText(detail)).toBeVisible();
});
