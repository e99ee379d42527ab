import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

// d3-shape 3.2.0 and d3-path 3.1.0 are the last that come as modules: of later ones, a single file each, all is bundled.

/** What is bundled besides our own source, each with its licence, which travels in the style sheet into every report. */
const BUNDLED = { svelte: 'LICENSE.md', clsx: 'license', 'd3-shape': 'LICENSE', 'd3-path': 'LICENSE' };

const licences: Plugin = {
  name: 'licences',
  enforce: 'post',
  generateBundle(_, bundle) {
    const texts = Object.entries(BUNDLED).map(
      ([name, file]) => `${name}: ${readFileSync(`node_modules/${name}/${file}`, 'utf8').replace(/\s+/g, ' ').trim()}`,
    );
    for (const asset of Object.values(bundle)) {
      if (asset.type === 'asset') asset.source = `/* The script of this page contains\n${texts.join('\n')}\n*/\n${asset.source}`;
    }
  },
};

// One script and one style sheet, which the Python package puts into every report: users need no Node.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { css: 'external' } }), licences],
  build: {
    target: 'es2022',
    outDir: '../negosim/report/html/bundle',
    emptyOutDir: true,
    lib: { entry: 'src/main.ts', name: 'negosim', formats: ['iife'], fileName: () => 'report.js', cssFileName: 'report' },
  },
});
