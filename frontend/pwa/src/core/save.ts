/** Writing on the phone. "Saved on this phone" may be said when these promises resolve, and not before. */
import type { IDBPTransaction } from 'idb'
import { type Schema, type Store, STRICT, type StoreName } from './database'
import { sha256 } from './ids'
import { keyOf, queued } from './outbox'
import { type RowKind, sameData, STORE_OF } from './rows'
import type { AlertRow, Answer, Deed, EntryData, EntryRow, Kind, Op, PhotoRow } from './types'

/** Nothing was written; `why` says what to tell the person. What they typed is still theirs to keep. */
export class SaveFailed extends Error {
  constructor(readonly why: 'quota' | 'closed' | 'read_back', cause?: unknown) {
    super(why, { cause })
  }
}

export interface NewPhoto {
  id: string
  bytes: ArrayBuffer
  type: string
  taken_at: string | null
  thumb?: ArrayBuffer | null
}

/** After a delete there is time to say "undo" before anything leaves the phone. */
export const UNDO_MS = 10_000

type Write = IDBPTransaction<Schema, StoreName[], 'readwrite'>

/** Runs `work` in one transaction and waits until it is on the disk; throws SaveFailed. */
async function writing(store: Store, stores: StoreName[], work: (tx: Write) => Promise<void>, again = true): Promise<void> {
  try {
    const db = await store.db()
    const tx = db.transaction(stores, 'readwrite', STRICT) as Write
    try {
      await work(tx)
    } catch (error) {
      // Refused by the browser in the middle: take back the half that was written, then tell.
      tx.done.catch(() => undefined)
      try {
        tx.abort()
      } catch {
        // Already aborted by the browser itself.
      }
      throw error
    }
    await tx.done
  } catch (error) {
    const name = (error as Error | null)?.name
    if (name === 'InvalidStateError') {
      // The connection was closed underneath us: nothing was written, and a new one may well work.
      store.close()
      if (again) return writing(store, stores, work, false)
    }
    throw new SaveFailed(name === 'QuotaExceededError' ? 'quota' : 'closed', error)
  }
}

/** Puts `kind:id` into the queue within `tx`, or brings its waiting op up to date. */
async function enqueue(tx: Write, kind: Kind, id: string, deed: Deed, needs: string[] = [], notBefore = 0): Promise<void> {
  const outbox = tx.objectStore('outbox')
  const last = await outbox.index('seq').openCursor(null, 'prev')
  const before = await outbox.get(keyOf(kind, id))
  const op = queued(before, { kind, id, deed, needs, seq: (last?.value.seq ?? 0) + 1, now: Date.now() })
  await outbox.put({ ...op, not_before: notBefore })
}

/**
 * An entry and its new photos, in one transaction, read back and compared before this resolves. `draft` names the draft
 * it was typed in, which goes with it: a draft left behind by a kill would be typed into again, over this entry.
 */
export async function saveEntry(store: Store, id: string, data: EntryData, photos: NewPhoto[] = [], draft: string | null = null): Promise<void> {
  const rows: PhotoRow[] = []
  for (const photo of photos) rows.push({ ...photo, entry: id, sha256: await sha256(photo.bytes) })
  await writing(store, ['entries', 'photos', 'outbox', 'meta'], async (tx) => {
    if (draft) await tx.objectStore('meta').delete(draft)
    const before = await tx.objectStore('entries').get(id)
    await tx.objectStore('entries').put({ id, data, revision: before?.revision ?? null, gone: false })
    await enqueue(tx, 'entry', id, 'put', [keyOf('lump', data.lump)])
    for (const row of rows) {
      await tx.objectStore('photos').put(row)
      await enqueue(tx, 'photo', row.id, 'put', [keyOf('entry', id)])
    }
  })
  if (!(await isThere(store, id, data, rows))) throw new SaveFailed('read_back')
}

async function isThere(store: Store, id: string, data: EntryData, photos: PhotoRow[]): Promise<boolean> {
  try {
    const db = await store.db()
    const tx = db.transaction(['entries', 'photos', 'outbox'], 'readonly')
    const entry = await tx.objectStore('entries').get(id)
    const op = await tx.objectStore('outbox').get(keyOf('entry', id))
    const kept = await Promise.all(photos.map((photo) => tx.objectStore('photos').get(photo.id)))
    await tx.done
    if (!entry || !op || !sameData(entry.data, data)) return false
    for (const [index, photo] of photos.entries()) {
      const bytes = kept[index]?.bytes
      if (!bytes || (await sha256(bytes)) !== photo.sha256) return false
    }
    return true
  } catch {
    return false
  }
}

/** A person, lump, event or reminder: written, queued. `needs` names what the server must have first. */
export async function saveRow(store: Store, kind: Exclude<RowKind, 'entry'>, id: string, data: object, needs: string[] = []): Promise<void> {
  const name = STORE_OF[kind]
  await writing(store, [name, 'outbox'], async (tx) => {
    const rows = tx.objectStore(name)
    const before = await rows.get(id)
    await rows.put({ ...before, id, data, revision: (before as EntryRow | undefined)?.revision ?? null, gone: false } as never)
    await enqueue(tx, kind, id, 'put', needs)
  })
}

export type Removable = RowKind | 'photo'

/** Removes a row from sight; the server hears of it after the undo time. What waits below it waits for an undo. */
export async function remove(store: Store, kind: Removable, id: string): Promise<void> {
  const name = STORE_OF[kind]
  await writing(store, [name, 'outbox', 'meta'], async (tx) => {
    const rows = tx.objectStore(name)
    const row = await rows.get(id)
    if (!row || (row as EntryRow).gone) return
    await rows.put({ ...row, gone: true } as never)
    await hold(tx, keyOf(kind, id))
    await enqueue(tx, kind, id, 'delete', [], Date.now() + UNDO_MS)
  })
}

/** Brings a removed row back: by a put where the server cannot have heard of the removal, else by its restore. */
export async function undoRemove(store: Store, kind: Removable, id: string): Promise<void> {
  const name = STORE_OF[kind]
  await writing(store, [name, 'outbox', 'meta'], async (tx) => {
    const rows = tx.objectStore(name)
    const row = (await rows.get(id)) as EntryRow | PhotoRow | undefined
    if (!row) return
    const op = await tx.objectStore('outbox').get(keyOf(kind, id))
    const told = !op || op.tries > 0
    await rows.put({ ...row, gone: false } as never)
    await enqueue(tx, kind, id, told || arrived(row) ? 'restore' : 'put', parentOf(kind, row))
    await release(tx, keyOf(kind, id))
  })
}

/** A picture whose bytes were dropped: the server has it, and there is nothing here to put. */
const arrived = (row: EntryRow | PhotoRow): boolean => 'bytes' in row && row.bytes === null

function parentOf(kind: Removable, row: EntryRow | PhotoRow): string[] {
  if ('entry' in row) return [keyOf('entry', row.entry)]
  return kind === 'entry' || kind === 'event' || kind === 'reminder' ? [keyOf('lump', row.data.lump)] : []
}

const heldBy = (key: string): string => `held:${key}`

/** Takes out of the queue what needs `key`: it is nothing to send while that is removed. */
async function hold(tx: Write, key: string): Promise<void> {
  const outbox = tx.objectStore('outbox')
  const under = new Set([key])
  const held: Op[] = []
  for (const op of await outbox.index('seq').getAll()) {
    if (!op.needs.some((need) => under.has(need))) continue
    under.add(op.key)
    held.push(op)
    await outbox.delete(op.key)
  }
  if (held.length) await tx.objectStore('meta').put({ key: heldBy(key), value: held })
}

/** Puts back into the queue what was held with `key`. */
async function release(tx: Write, key: string): Promise<void> {
  const held = ((await tx.objectStore('meta').get(heldBy(key)))?.value ?? []) as Op[]
  for (const op of held) await tx.objectStore('outbox').put({ ...op, stamp: op.stamp + 1, tries: 0, not_before: 0 })
  await tx.objectStore('meta').delete(heldBy(key))
}

/** The person's answer to advice. Advice the phone found by itself is only marked here: the server has no row of it yet. */
export async function answerAlert(store: Store, id: string, how: Answer, on: string | null): Promise<void> {
  await writing(store, ['alerts', 'outbox'], async (tx) => {
    const alert = await tx.objectStore('alerts').get(id)
    if (!alert) return
    await tx.objectStore('alerts').put({ ...alert, state: 'acknowledged', answer: { how, on } })
    if (!alert.local) await enqueue(tx, 'answer', id, 'post')
  })
}

/** What the phone's own table found at an entry, in place of what it found before for that lump. */
export async function keepLocalFindings(store: Store, lump: string, findings: AlertRow[]): Promise<void> {
  await writing(store, ['alerts'], async (tx) => {
    const alerts = tx.objectStore('alerts')
    for (const old of await alerts.getAll()) if (old.local && old.lump === lump) await alerts.delete(old.id)
    for (const finding of findings) await alerts.put(finding)
  })
}
