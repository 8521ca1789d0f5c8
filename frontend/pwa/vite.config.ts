import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Writes into dist/sw.js which files make up the shell, and a version that changes when any of them does. */
function shellList(): Plugin {
  return {
    name: 'shell-list',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') throw new Error('sw.js was not built')
      if (worker.imports.length) throw new Error(`sw.js must stand alone, it imports ${worker.imports.join()}`)
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort()
      const page = bundle['index.html']
      const hash = createHash('sha256').update(files.join()).update(worker.code)
      if (page?.type === 'asset') hash.update(page.source)
      const shell = ['/app/', ...files.map((name) => `/static/app/${name}`)]
      // The minifier is free to choose its quotes.
      worker.code = worker.code.replace(/["'`]__SHELL__["'`]/, JSON.stringify(shell)).replace('__VERSION__', hash.digest('hex').slice(0, 12))
      if (/__SHELL__|__VERSION__/.test(worker.code)) throw new Error('sw.js did not get its list of files')
    },
  }
}

/** js-aruco2 hands its parts on through the `this` of a plain script, which a module does not have. Its second dictionary, 9 KB, is not ours. */
function arucoAsModule(): Plugin {
  const swap = (code: string, from: string | RegExp, to: string): string => {
    if (code.search(from) < 0) throw new Error(`js-aruco2 has changed: ${from} is not in it`)
    return code.replace(from, to)
  }
  return {
    name: 'aruco-as-module',
    enforce: 'pre',
    transform(code, id) {
      if (/js-aruco2\/src\/cv\.js$/.test(id)) return { code: swap(code, /this\.CV = CV;/, 'export { CV };'), map: null }
      if (!/js-aruco2\/src\/aruco\.js$/.test(id)) return null
      const whole = swap(code, /var CV = this\.CV \|\| require\('\.\/cv'\)\.CV;\s*this\.AR = AR;/, "import { CV } from './cv';\nexport { AR };")
      return { code: swap(whole, /ARUCO: \{[^}]*\},/, ''), map: null }
    },
  }
}

export default defineConfig({
  // Django serves dist/ under /static/app/, dist/index.html at /app/…, dist/sw.js at /sw.js.
  base: '/static/app/',
  plugins: [svelte(), arucoAsModule(), shellList()],
  worker: { format: 'es', plugins: () => [arucoAsModule()] },
  resolve: {
    alias: { '@look': here('../static'), '@tables': here('../../tracker/rules/tables') },
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  build: {
    target: ['es2022', 'safari16.4', 'firefox115', 'chrome111'],
    manifest: true,
    assetsInlineLimit: 0, // The CSP allows no data: in scripts, styles or fonts.
    // These screens fetch what they import when they are opened: the list of it would weigh on every other screen.
    modulePreload: { polyfill: false, resolveDependencies: (file, found) => (/assets\/(Photo|Photos|Tools|Card|Measuring|People|Person|Tokens|Data|Lock)-/.test(file) ? found.filter((one) => one.endsWith('.css')) : found) },
    rolldownOptions: {
      input: { app: here('index.html'), sw: here('src/worker/sw.ts') },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { fs: { allow: [here('../..')] } },
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    server: { deps: { inline: ['js-aruco2'] } },
  },
})
