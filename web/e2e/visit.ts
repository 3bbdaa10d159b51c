// What all end-to-end tests share: a page that fails on console errors and policy violations,
// the first project, a purpose, an uploaded file, and the accessibility check.
import { test as base, expect, type Page } from '@playwright/test';
import axe from 'axe-core';

/** Answers that a test asks for on purpose; the browser writes each to the console. */
export const test = base.extend<{ faults: string[]; allowed: { refusals: boolean } }>({
  // eslint-disable-next-line no-empty-pattern -- the form that playwright asks for
  allowed: async ({}, use) => use({ refusals: false }),
  // eslint-disable-next-line no-empty-pattern -- the form that playwright asks for
  faults: async ({}, use) => use([]),
  page: async ({ page, faults, allowed }, use) => {
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() !== 'error' && !/content security policy/i.test(text)) return;
      if (allowed.refusals && /status of 4\d\d/.test(text)) return;
      faults.push(text);
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => console.error(`Content Security Policy: ${e.violatedDirective} ${e.blockedURI}`));
    });
    await use(page);
    expect(faults, 'no console errors and no policy violations').toEqual([]);
  },
});
export { expect };

export async function firstProject(page: Page): Promise<string> {
  await page.goto('/');
  await page.waitForURL(/\/p\/[^/]+\/home/);
  return /\/p\/([^/]+)\/home/.exec(page.url())?.[1] ?? '';
}

export async function choosePurpose(page: Page): Promise<void> {
  const select = page.getByLabel('I look at people to');
  await select.selectOption({ index: await firstAllowed(page) });
}
async function firstAllowed(page: Page): Promise<number> {
  return page.getByLabel('I look at people to').evaluate((el) => [...(el as HTMLSelectElement).options].findIndex((o, i) => i > 0 && !o.disabled));
}

/** Uploads a file of receipts, to be mapped by hand. */
export async function upload(page: Page, project: string, name: string, lines: string[]): Promise<void> {
  await page.goto(`/p/${project}/upload`);
  await settled(page);
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeEnabled();
  await page.getByLabel('File to upload').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.getByLabel('This file holds').selectOption('orders');
  await page.getByLabel('Preset').selectOption('');
  await expect(page.getByRole('combobox', { name: /^Column for / }).first()).toBeVisible();
}

/** Says which column is what, where the page has not found it, and checks the rows. */
export async function mapAndCheck(page: Page): Promise<void> {
  const wanted: [RegExp, string][] = [[/receipt/i, 'InvoiceNo'], [/product/i, 'StockCode'], [/quantity/i, 'Quantity'], [/price/i, 'UnitPrice'], [/time|date|when/i, 'InvoiceDate'], [/customer/i, 'CustomerID']];
  for (const select of await page.getByRole('combobox', { name: /^Column for / }).all()) {
    const label = (await select.getAttribute('aria-label')) ?? '';
    const column = wanted.find(([pattern]) => pattern.test(label))?.[1];
    if (column && (await select.getAttribute('aria-invalid')) === 'true') await select.selectOption(column);
  }
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page.getByText(/good row/).first()).toBeVisible();
}

/** Sends the checked file to be imported. */
export async function startImport(page: Page, name: string): Promise<void> {
  await page.getByLabel('Reason').fill('End-to-end test');
  await page.getByRole('button', { name: `Import ${name}` }).click();
}

/** Everything loaded: no skeleton is left, and nothing stands dimmed while it is loaded anew. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main h1').first()).toBeVisible();
  await expect(page.locator('main .skeleton, main .stale')).toHaveCount(0);
}

/** Opens the product that sells best. */
export async function openProduct(page: Page, project: string): Promise<void> {
  await page.goto(`/p/${project}/products`);
  await page.getByRole('region', { name: 'All products' }).locator('tbody a').first().click();
  await page.waitForURL(/products\/.+/);
  await expect(page.getByRole('region', { name: 'Product DNA' })).toBeVisible();
  await settled(page);
}

/** A figure as the page writes it: a sign before it, thousands apart. */
export function figure(text: string): number {
  const found = /^([+−±-]?)([\d,]+(?:\.\d+)?)$/.exec(text.trim());
  if (!found) throw new Error(`“${text}” is no figure`);
  const size = Number((found[2] ?? '').replaceAll(',', ''));
  return found[1] === '−' || found[1] === '-' ? -size : size;
}

/** Opens the first customer of the list and the lines of a receipt; a purpose must be chosen. */
export async function openCustomer(page: Page, project: string): Promise<void> {
  await page.goto(`/p/${project}/customers`);
  await page.getByRole('region', { name: 'Customers' }).locator('tbody a').first().click();
  await page.waitForURL(/customers\/\d+/);
  await settled(page);
  await page.getByRole('button', { name: /Lines of receipt/ }).first().click();
  await expect(page.getByRole('columnheader', { name: 'Unit price' })).toBeVisible();
}

/** Serious and critical findings of axe, in words. */
export async function findings(page: Page): Promise<string[]> {
  // A colour on its way to another is neither of them, and a page may still change while axe reads it.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished)));
  await page.evaluate(axe.source);
  const result = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (c: unknown, o: unknown) => Promise<{ violations: { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe.run;
    return run(document, { resultTypes: ['violations'] });
  });
  return result.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`).join(' | ')}`);
}
