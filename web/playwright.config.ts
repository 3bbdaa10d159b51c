// How the end-to-end tests are run: against TESSERA_URL, or against the mock server with the built app.
import { defineConfig } from '@playwright/test';

const url = process.env.TESSERA_URL;
const mock = 'http://127.0.0.1:4174';

export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  globalSetup: './e2e/sign-in.ts',
  use: {
    baseURL: url ?? mock,
    storageState: 'test-results/session.json',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.TESSERA_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    },
    screenshot: 'only-on-failure',
  },
  webServer: url ? undefined : { command: 'node mock/server.mjs', url: `${mock}/healthz`, env: { PORT: '4174' }, reuseExistingServer: false },
});
