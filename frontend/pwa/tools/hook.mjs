/** Bundles tests/hook.ts for tests/offline: `node tools/hook.mjs FILE` writes one classic script. */
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const target = resolve(process.argv[2])
await build({
  configFile: false,
  root: fileURLToPath(new URL('..', import.meta.url)),
  logLevel: 'error',
  build: {
    outDir: dirname(target), emptyOutDir: false, minify: false, copyPublicDir: false,
    lib: { entry: fileURLToPath(new URL('../tests/hook.ts', import.meta.url)), formats: ['iife'], name: 'hook', fileName: () => basename(target) },
  },
})
