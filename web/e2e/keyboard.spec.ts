// The journey of a planner by keyboard alone: open segments, select one, open a member, see receipts.
import type { Page } from '@playwright/test';
import { choosePurpose, expect, firstProject, settled, test } from './visit';

/** Presses Tab until the element in focus fits; fails when it never does. */
async function tabTo(page: Page, fits: (text: string, tag: string) => boolean, most = 150): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const [text, tag] = await page.evaluate(() => {
      const el = document.activeElement;
      return [el?.getAttribute('aria-label') ?? el?.textContent?.trim() ?? '', el?.tagName ?? ''];
    });
    if (fits(text ?? '', tag ?? '')) {
      const seen = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
      expect(seen, `focus on “${text}” is visible`).not.toBe('none');
      return;
    }
  }
  throw new Error('Tab never reached the element');
}

test('segments to receipts', async ({ page }) => {
  await firstProject(page);
  await choosePurpose(page);
  await page.reload();
  await settled(page);

  await page.keyboard.press('Tab');
  await expect(page.getByText('Skip to the page')).toBeFocused();
  await tabTo(page, (text, tag) => tag === 'A' && text === 'Segments');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/segments/);
  await settled(page);

  const first = await page.getByRole('group', { name: 'Look at one segment' }).getByRole('button').nth(1).innerText();
  await tabTo(page, (text, tag) => tag === 'BUTTON' && text.replace(/\s+/g, ' ') === first.trim().replace(/\s+/g, ' '));
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/cluster=\d+/);

  await tabTo(page, (text, tag) => tag === 'A' && /^\d+$/.test(text), 400);
  await page.keyboard.press('Enter');
  await page.waitForURL(/customers\/\d+/);
  await settled(page);

  await tabTo(page, (text, tag) => tag === 'BUTTON' && text.startsWith('Lines of receipt'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('columnheader', { name: 'Unit price' })).toBeVisible();
});

test('the skip link leads to the page', async ({ page }) => {
  await firstProject(page);
  await settled(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test('a dialog keeps and returns the focus', async ({ page }) => {
  const project = await firstProject(page);
  await page.goto(`/p/${project}/segments`);
  await settled(page);
  const opener = page.getByRole('button', { name: /^Rename / }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Rename segment' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Rename' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});
