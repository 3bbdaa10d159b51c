// How the UI is built, served while developing, and unit-tested. Holds no application code.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const api = process.env.TESSERA_URL ?? 'http://127.0.0.1:4173';

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: process.env.TESSERA_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsDir: 'assets',
    // The content security policy allows files of our own origin; nothing is inlined.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: { '/api': api, '/login': api, '/healthz': api, '/openapi.json': api },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
