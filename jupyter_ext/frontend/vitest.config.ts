import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const here = import.meta.dirname;
const tests = resolve(here, '../../tests');
const stage = process.env.WORKBENCH_STAGE ?? 'frontend_unit';

/** The tests lie beside those in Python, and find the packages here. */
const packages = {
  name: 'packages-of-the-frontend',
  enforce: 'pre' as const,
  async resolveId(this: any, source: string, importer?: string) {
    if (source.startsWith('@lab/')) {
      return this.resolve(resolve(here, 'src', source.slice('@lab/'.length)), importer);
    }
    if (importer?.startsWith(tests) && !source.startsWith('.') && !source.startsWith('/')) {
      return this.resolve(source, resolve(here, 'package.json'), { skipSelf: true });
    }
  }
};

/** JupyterLab's packages import icons as text. */
const icons = {
  name: 'icons-as-text',
  enforce: 'pre' as const,
  load(id: string) {
    return id.endsWith('.svg') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined;
  }
};

export default defineConfig({
  root: here,
  plugins: [packages, icons],
  // As a bundler would: Node.js would take the older form of some packages.
  resolve: { mainFields: ['module', 'main'] },
  server: { fs: { allow: [resolve(here, '../..')] } },
  test: {
    dir: resolve(tests, stage),
    include: ['**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    pool: 'threads',
    maxWorkers: 2,
    css: false,
    setupFiles: [resolve(tests, 'frontend_unit/lab/setup.ts')],
    restoreMocks: true,
    server: { deps: { inline: [/@jupyterlab/, /@lumino/, /@jupyter\//, /@rjsf/] } },
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      // What is left out has nothing but wiring into JupyterLab, which the end-to-end tests show.
      exclude: ['src/api/operations.ts', 'src/index.ts', 'src/plugins/**', 'src/**/widget.tsx'],
      reportsDirectory: resolve(here, '../../build/coverage/frontend'),
      reporter: ['text-summary', 'json-summary']
    }
  }
});
