// Two people decide: who put a run up is not offered to decide on it, and who decides reads who put it up and why. Makes a
// scheme of its own in the project `chain`, which tests/browser/run makes.
import { another, ran, scheme, step } from './made';
import { expect, findings, settled, test } from './visit';

const name = 'two-people';
const at = `/p/chain/workbench/${name}`;

test('who puts a run up sees that another person decides, and the other person sees why', async ({ page, browser }) => {
  test.setTimeout(120_000);
  await page.goto('/p/chain/workbench');
  await settled(page);
  await scheme(page, name, 'stores-by-sales-mix', 'Shops that two people decide on');
  const bea = await another(page, browser, `Bea ${Date.now() % 100000}`, ['planner', 'approver']);
  const run = await ran(page, name, 'For two', 3);
  await step(bea, name, run.run_id, 'ready', 'Three groups for the spring leaflet');

  // Who put it up: no way to decide, and the reason beside it.
  await bea.goto(at);
  await settled(bea);
  const hers = bea.getByRole('region', { name: 'Runs side by side' });
  for (const to of ['Approve…', 'Reject…']) {
    await expect(hers.getByRole('button', { name: to })).toBeDisabled();
    await expect(hers.getByRole('button', { name: to })).toHaveAccessibleDescription('You put this up; another person decides.');
  }
  await expect(hers.getByRole('button', { name: 'Back to draft…' })).toBeEnabled();
  await bea.context().close();

  // The other person: who, when and why, before a word is typed.
  await page.goto(at);
  await settled(page);
  const runs = page.getByRole('region', { name: 'Runs side by side' });
  const dialog = page.getByRole('dialog');
  for (const to of ['Approve', 'Reject']) {
    await runs.getByRole('button', { name: `${to}…` }).click();
    await expect(dialog.getByRole('list', { name: 'What was said so far' })).toContainText(/Put up by Bea \d+ .*Three groups for the spring leaflet/);
    await expect(dialog).toContainText(/Made .*, run [0-9a-f]{8}…[0-9a-f]{4}/);
    if (to === 'Reject') break;
    expect(await findings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await runs.getByRole('button', { name: 'Approve…' }).click();
  await dialog.getByLabel('Reason').fill('Reads well');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await expect(dialog).toHaveCount(0);
  // Who deploys reads both.
  await runs.getByRole('button', { name: 'Deploy…' }).click();
  await expect(dialog.getByRole('list', { name: 'What was said so far' }).getByRole('listitem')).toHaveText([/^Put up by Bea/, /^Approved by .*Reads well/]);
});
