import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, readFileSync } from 'node:fs';
import { minify } from 'terser';
import { defineConfig, type Plugin } from 'vite';

/** Write the licence of every package that is bundled into a file of its own, a line each; every report holds them. */
const licences: Plugin = {
  name: 'licences',
  generateBundle(_, bundle) {
    const packages = new Set<string>();
    for (const part of Object.values(bundle)) {
      for (const module of part.type === 'chunk' ? Object.keys(part.modules) : []) {
        const name = /.*\/node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(module)?.[1];
        if (name) packages.add(name);
      }
    }
    const texts = [...packages].sort().map((name) => `${name}: ${licenceOf(`node_modules/${name}`)}\n`);
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('') });
  },
};

function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (!file) throw new Error(`${folder} has no licence`);
  return readFileSync(`${folder}/${file}`, 'utf8').replace(/\s+/g, ' ').trim();
}

/** Write the script that stands at the head of a report beside the bundle, without its comment. */
const opening: Plugin = {
  name: 'opening',
  async generateBundle() {
    const { code } = await minify(readFileSync('src/opening.js', 'utf8'), { ecma: 2020 });
    this.emitFile({ type: 'asset', fileName: 'opening.js', source: code ?? '' });
  },
};

// One script and one style sheet, which the Python package puts into every report: users need no Node.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { css: 'external' } }), licences, opening],
  build: {
    target: 'es2022',
    // A tenth smaller, once compressed, than what esbuild makes of it.
    minify: 'terser',
    terserOptions: { ecma: 2020, toplevel: true, compress: { passes: 3 }, format: { comments: false } },
    outDir: '../negosim/report/html/bundle',
    emptyOutDir: true,
    lib: { entry: 'src/main.ts', name: 'negosim', formats: ['iife'], fileName: () => 'report.js', cssFileName: 'report' },
  },
});
