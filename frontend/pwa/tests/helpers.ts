import { Store } from '../src/core/database'
import { uuid7 } from '../src/core/ids'
import { keyOf } from '../src/core/outbox'
import { type NewPhoto, saveRow } from '../src/core/save'
import { retryAllRefused, sendAll } from '../src/core/send'
import type { EntryData } from '../src/core/types'
import type { Transport } from '../src/core/transport'

let accounts = 0
export const freshStore = (): Store => new Store(`account-${process.pid}-${++accounts}`)

/** A person with one lump, queued. */
export async function aLump(store: Store): Promise<{ person: string; lump: string }> {
  const person = uuid7()
  const lump = uuid7()
  await saveRow(store, 'person', person, { name: 'Sam' })
  await saveRow(store, 'lump', lump, { person, name: 'Lower back', site: 'lower_back' }, [keyOf('person', person)])
  return { person, lump }
}

export const anEntry = (lump: string, more: Partial<EntryData> = {}): EntryData => ({ lump, measured_at: '2026-03-01T08:30:00+00:00', length_mm: 21, pain: 2, ...more })

export function aPhoto(seed: number, size = 2000): NewPhoto {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 17) % 251)
  return { id: uuid7(), bytes: bytes.buffer, type: 'image/jpeg', taken_at: '2026-03-01T08:30:00+00:00' }
}

/** Sends until the queue is empty, whatever back-off says, the app opened anew now and then; gives up after `rounds`. */
export async function sendUntilEmpty(store: Store, transport: Transport, rounds = 400): Promise<boolean> {
  for (let round = 0; round < rounds; round++) {
    await dueNow(store)
    if (round % 10 === 9) await retryAllRefused(store)
    if ((await sendAll(store, transport)) === 'empty') return true
  }
  return false
}

/** As if the pauses were over. */
export async function dueNow(store: Store): Promise<void> {
  const db = await store.db()
  for (const op of await db.getAll('outbox')) await db.put('outbox', { ...op, not_before: 0 })
}

/** A generator with a seed (mulberry32): the same faults every run. */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
