// What a test needs to be there in the project `chain`, made through the API as the page's own session: schemes from
// templates, runs, steps, another person. Holds no test.
import { expect, type Browser, type Page } from '@playwright/test';

const base = '/api/v1/projects/chain';

interface Run {
  run_id: string;
  title: string;
  state: string;
  live: boolean;
}

/** Asks the API as who is signed in on the page; anything but a success fails the test. */
export async function call<T>(page: Page, method: string, path: string, data?: unknown): Promise<T> {
  const answer = await page.request.fetch(base + path, { method, data, headers: { 'X-Tessera-CSRF': '1' } });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${answer.ok() ? '' : await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

const path = (scheme: string) => `/workbench/schemes/${scheme}`;

/** A scheme from a template, under a title of its own; nothing where it is there already. */
export async function scheme(page: Page, name: string, template: string, title: string): Promise<void> {
  const there = await call<{ schemes: { scheme: string }[] }>(page, 'GET', '/workbench/schemes');
  if (there.schemes.some((s) => s.scheme === name)) return;
  const { templates } = await call<{ templates: { name: string; text: string }[] }>(page, 'GET', '/workbench/parts');
  const text = templates.find((t) => t.name === template)?.text.replace(/^title = .*$/m, `title = ${JSON.stringify(title)}`);
  await call(page, 'PUT', `${path(name)}/recipe`, { text, after: 0, reason: 'End-to-end test' });
}

/** Runs a scheme and waits until it is done; gives the new run. */
export async function ran(page: Page, name: string, title: string, clusters = 3): Promise<Run> {
  const { job_id } = await call<{ job_id: string }>(page, 'POST', `${path(name)}/runs`, { reason: 'End-to-end test', title, clusters });
  await expect.poll(async () => (await call<{ state: string }>(page, 'GET', `/jobs/${job_id}`)).state, { timeout: 30_000 }).toBe('done');
  return (await call<{ scenario: Run }>(page, 'GET', `${path(name)}/runs/newest`)).scenario;
}

/** Takes a run a step on. */
export async function step(page: Page, name: string, run: string, to: string, comment: string, from?: string): Promise<Run> {
  return call<Run>(page, 'POST', `${path(name)}/runs/${run}/steps`, { to, comment, ...(from ? { effective_at: from } : {}) });
}

/** A page of another person, with these roles. */
export async function another(page: Page, browser: Browser, name: string, roles: string[]): Promise<Page> {
  const made = await call<{ login_link: string }>(page, 'POST', '/people', { name, roles, reason: 'End-to-end test' });
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const other = await context.newPage();
  await other.goto(made.login_link);
  await other.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Home' }).waitFor();
  return other;
}
