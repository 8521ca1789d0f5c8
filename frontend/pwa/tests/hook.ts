/**
 * The app's own saving, reachable from a test's page: never part of the build. tests/offline injects it beside the real
 * app, which sends what is saved here, since both use the same store.
 */
import { csrfCookie } from '../src/core/account'
import { Store } from '../src/core/database'
import { sha256, uuid7 } from '../src/core/ids'
import { keyOf } from '../src/core/outbox'
import { remove, saveEntry, saveRow, undoRemove } from '../src/core/save'
import type { EntryData } from '../src/core/types'

const account = (): string => (JSON.parse(localStorage.getItem('lump-diary-account')!) as { me: { id: string } }).me.id
const store = new Store(account())

const decoded = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer

/** Saves as the log screen does; resolves when "Saved on this phone" may be said. `photos`: JPEGs in base64. */
async function save(data: EntryData, photos: string[] = [], id: string = uuid7()): Promise<{ id: string; photos: Record<string, string> }> {
  const kept = photos.map((text) => ({ id: uuid7(), bytes: decoded(text), type: 'image/jpeg', taken_at: null }))
  await saveEntry(store, id, data, kept)
  const hashes = await Promise.all(kept.map(async (photo) => [photo.id, await sha256(photo.bytes)] as const))
  return { id, photos: Object.fromEntries(hashes) }
}

/** A person with `names.length` lumps, queued; the lumps' ids. */
async function people(names: string[]): Promise<string[]> {
  const person = uuid7()
  await saveRow(store, 'person', person, { name: 'Sam' })
  const ids: string[] = []
  for (const name of names) {
    const id = uuid7()
    await saveRow(store, 'lump', id, { person, name, site: 'forearm', side: 'left' }, [keyOf('person', person)])
    ids.push(id)
  }
  return ids
}

/** The queue as it stands: [key, state, problem]. */
async function queue(): Promise<[string, string, string | null][]> {
  return (await (await store.db()).getAll('outbox')).map((op) => [op.key, op.state, op.problem])
}

const left = async (): Promise<number> => (await store.db()).count('outbox')

Object.assign(globalThis, { diary: { save, people, queue, left, remove, undoRemove, store, csrfCookie, poke: () => window.dispatchEvent(new Event('focus')) } })
