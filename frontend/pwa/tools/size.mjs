/**
 * Prints how much script a screen loads (gzip -9): the app's own chunk, everything it imports, the screen's chunk, and
 * what that loads by itself after it is shown. Fails when a budget of issue 3 is passed. Needs `npm run build` first.
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const gzip = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length

/** The files of these manifest entries and all they import statically. */
function closure(keys, files = new Set()) {
  for (const key of keys) {
    const entry = manifest[key]
    if (!entry) throw new Error(`not in the manifest: ${key}`)
    if (files.has(entry.file)) continue
    files.add(entry.file)
    closure(entry.imports ?? [], files)
  }
  return files
}

const APP = 'index.html'
/** Name, what it takes to show the screen and use it, what it fetches by itself afterwards, budget of the first in KB. */
const SCREENS = [
  ['home', [APP, 'src/screens/Home.svelte'], ['src/lib/afterwards.ts'], null],
  ['log', [APP, 'src/screens/Log.svelte'], ['src/lib/afterwards.ts', 'src/lib/onSave.ts'], 45],
  ['a lump with its chart', [APP, 'src/screens/Lump.svelte', 'src/screens/lump/chart.ts', 'src/lib/afterwards.ts'], [], 90],
]
const kb = (keys) => [...closure(keys)].filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + gzip(file), 0) / 1024
let failed = false
for (const [name, keys, later, budget] of SCREENS) {
  const now = kb(keys)
  const over = budget !== null && now > budget
  failed ||= over
  const rest = later.length ? `, ${kb([...keys, ...later]).toFixed(1)} KB with what comes by itself afterwards` : ''
  console.log(`${name}: ${now.toFixed(1)} KB gzip${rest}${budget ? ` (budget ${budget} KB${over ? ': PASSED' : ''})` : ''}`)
}
process.exit(failed ? 1 : 0)
