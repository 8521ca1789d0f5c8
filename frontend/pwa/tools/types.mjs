/**
 * Writes src/api/schema.d.ts from the OpenAPI document of the code as it stands; with --check only compares, and fails
 * when they have drifted. The document is asked of manage.py, so that no stale copy can be compared with.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const target = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))
const venv = `${root}.venv/bin/python`
const python = process.env.PYTHON ?? (existsSync(venv) ? venv : 'python3')

const json = execFileSync(python, ['manage.py', 'spectacular', '--format', 'openapi-json'], { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'inherit'] })
/** A machine's list of time zones changes with its clock data, and says nothing to a compiler: any text will do. */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== 'object' || node === null) return node
  const { enum: values, ...rest } = node
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, plain(value)]))
  return Array.isArray(values) && values.length <= 100 ? { ...kept, enum: values } : kept
}

const types = `/* Made by "npm run types" from the OpenAPI document; not edited by hand. */\n\n${astToString(await openapiTS(plain(JSON.parse(json))))}`

if (!process.argv.includes('--check')) {
  writeFileSync(target, types)
  console.log(`wrote ${types.split('\n').length} lines`)
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== types) {
  console.error('src/api/schema.d.ts is not what the OpenAPI document says: run "npm run types", then look at what changed.')
  process.exit(1)
}
