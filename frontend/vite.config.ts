import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// One script and one style sheet, which the Python package puts into every report: users need no Node.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { css: 'external' } })],
  build: {
    target: 'es2022',
    outDir: '../negosim/report/html/bundle',
    emptyOutDir: true,
    lib: { entry: 'src/main.ts', name: 'negosim', formats: ['iife'], fileName: () => 'report.js', cssFileName: 'report' },
  },
});
