// Opens the one-time link once and keeps the session for all tests.
import { chromium, type FullConfig } from '@playwright/test';
import { mkdirSync } from 'node:fs';

export default async function signIn(config: FullConfig): Promise<void> {
  const use = config.projects[0]?.use;
  const base = use?.baseURL ?? '';
  const browser = await chromium.launch(use?.launchOptions);
  const context = await browser.newContext();
  const page = await context.newPage();
  const link = process.env.TESSERA_LOGIN ?? `${base}/login?token=mock`;
  const answer = await page.goto(link);
  if (!answer?.ok()) throw new Error(`The sign-in link answered ${answer?.status()}; it works once, so start the server anew for each run.`);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).waitFor();
  mkdirSync('test-results', { recursive: true });
  await context.storageState({ path: 'test-results/session.json' });
  await browser.close();
}
