/** Bringing other devices' changes here: by cursor, never over something of this phone that is not sent yet. */
import type { IDBPTransaction } from 'idb'
import { getMeta, type Schema, type Store } from './database'
import { keyOf } from './outbox'
import { receiptIn, revisionIn } from './receipt'
import { dataOf, PATH_OF, type RowKind, STORE_OF } from './rows'
import type { Transport } from './transport'
import type { AlertRow, EntryRow, LumpRow, PersonRow } from './types'

type Item = Record<string, unknown> & { id: string }
interface Page {
  results: Item[]
  next: string | null
  cursor?: string | null
}

/** True when everything was brought; false when the server could not be reached or said no. */
export async function pullAll(store: Store, transport: Transport): Promise<boolean> {
  for (const kind of ['person', 'reminder'] as const) if (!(await pullWhole(store, transport, kind))) return false
  for (const kind of ['lump', 'entry', 'event'] as const) if (!(await pullChanges(store, transport, kind))) return false
  return pullAlerts(store, transport)
}

/** What changed after the cursor, page by page; the cursor moves only with the rows it stands for. */
async function pullChanges(store: Store, transport: Transport, kind: 'lump' | 'entry' | 'event'): Promise<boolean> {
  const mark = `cursor:${kind}`
  const since = await getMeta<string>(store, mark)
  let path: string | null = `${PATH_OF[kind]}${since ? `?since=${encodeURIComponent(since)}` : ''}`
  while (path) {
    const page = await fetchPage(transport, path)
    if (!page) return false
    await keepPage(store, kind, page, page.next ? null : mark)
    path = nextPath(page)
  }
  return true
}

async function keepPage(store: Store, kind: 'lump' | 'entry' | 'event', page: Page, mark: string | null): Promise<void> {
  const db = await store.db()
  const name = STORE_OF[kind]
  const tx = db.transaction([name, 'photos', 'outbox', 'meta'], 'readwrite')
  const rows = tx.objectStore(name)
  for (const item of page.results) {
    if (await tx.objectStore('outbox').get(keyOf(kind, item.id))) continue
    if (item.deleted === true) {
      const row = await rows.get(item.id)
      if (row) await rows.put({ ...row, gone: true } as never)
      continue
    }
    await rows.put({ id: item.id, data: dataOf(kind, item), revision: revisionIn(item), gone: false } as never)
    if (kind === 'entry') await keepPhotosOf(tx as unknown as PhotoWrite, item)
  }
  if (mark && page.cursor) await tx.objectStore('meta').put({ key: mark, value: page.cursor })
  await tx.done
}

type PhotoWrite = IDBPTransaction<Schema, ('photos' | 'outbox')[], 'readwrite'>

/** The photos the server has of an entry; one that it no longer has goes, unless it waits here or was removed here. */
async function keepPhotosOf(tx: PhotoWrite, item: Item): Promise<void> {
  const photos = tx.objectStore('photos')
  const there = photosOf(item)
  for (const { id, taken_at } of there) {
    const kept = await photos.get(id)
    if (!kept) await photos.put({ id, entry: item.id, taken_at, type: '', sha256: null, bytes: null })
    else if (kept.gone && !(await tx.objectStore('outbox').get(keyOf('photo', id)))) await photos.put({ ...kept, gone: false })
  }
  const ids = new Set(there.map(({ id }) => id))
  for (const kept of await photos.index('entry').getAll(item.id)) {
    if (ids.has(kept.id) || kept.gone || kept.bytes || (await tx.objectStore('outbox').get(keyOf('photo', kept.id)))) continue
    await photos.put({ ...kept, gone: true })
  }
}

function photosOf(item: Item): { id: string; taken_at: string | null }[] {
  if (Array.isArray(item.photos)) {
    return (item.photos as { id: string; taken_at?: string }[]).map((photo) => ({ id: photo.id, taken_at: photo.taken_at ?? null }))
  }
  return Object.keys(receiptIn(item)?.photos ?? {}).map((id) => ({ id, taken_at: null }))
}

/** Short lists come whole: what is no longer in them is no longer ours to show. */
async function pullWhole(store: Store, transport: Transport, kind: 'person' | 'reminder'): Promise<boolean> {
  const items = await fetchList(transport, PATH_OF[kind])
  if (!items) return false
  const db = await store.db()
  const name = STORE_OF[kind as RowKind]
  const tx = db.transaction([name, 'lumps', 'entries', 'events', 'outbox', 'meta'], 'readwrite')
  const here = new Set(items.filter((item) => item.deleted !== true).map((item) => item.id))
  const unsent = new Set(await tx.objectStore('outbox').getAllKeys())
  for (const item of items) {
    if (!here.has(item.id) || unsent.has(keyOf(kind, item.id))) continue
    const row = { id: item.id, data: dataOf(kind, item), revision: revisionIn(item), gone: false, role: item.role ?? null }
    await tx.objectStore(name).put(row as never)
  }
  for (const id of await tx.objectStore(name).getAllKeys()) {
    if (!here.has(id) && !unsent.has(keyOf(kind, id))) await tx.objectStore(name).delete(id)
  }
  if (kind === 'person') {
    // Access that ended takes the lumps with it, except what is still waiting to be sent.
    const people = new Set((await tx.objectStore('people' as typeof name).getAllKeys()) as string[])
    for (const lump of (await tx.objectStore('lumps').getAll()) as LumpRow[]) {
      if (people.has(lump.data.person) || unsent.has(keyOf('lump', lump.id))) continue
      const entries = (await tx.objectStore('entries').index('lump').getAllKeys(lump.id)) as string[]
      const events = (await tx.objectStore('events').index('lump').getAllKeys(lump.id)) as string[]
      if (entries.some((id) => unsent.has(keyOf('entry', id)))) continue
      await tx.objectStore('lumps').delete(lump.id)
      // Should access come back, or the list have been a stranger's: all is fetched anew.
      for (const each of ['lump', 'entry', 'event']) await tx.objectStore('meta').delete(`cursor:${each}`)
      for (const id of entries) await tx.objectStore('entries').delete(id)
      for (const id of events) await tx.objectStore('events').delete(id)
    }
  }
  await tx.done
  return true
}

/** The server's open advice takes the place of what the phone had, its own findings too where their entry has arrived. */
async function pullAlerts(store: Store, transport: Transport): Promise<boolean> {
  const items = await fetchList(transport, PATH_OF.answer)
  if (!items) return false
  const db = await store.db()
  const tx = db.transaction(['alerts', 'entries', 'outbox'], 'readwrite')
  const unsent = new Set(await tx.objectStore('outbox').getAllKeys())
  const waitingLumps = new Set<string>()
  for (const op of await tx.objectStore('outbox').getAll()) {
    if (op.kind !== 'entry') continue
    const row = (await tx.objectStore('entries').get(op.id)) as EntryRow | undefined
    if (row) waitingLumps.add(row.data.lump)
  }
  for (const old of await tx.objectStore('alerts').getAll()) {
    const keep = old.local ? waitingLumps.has(old.lump) : unsent.has(keyOf('answer', old.id))
    if (!keep) await tx.objectStore('alerts').delete(old.id)
  }
  for (const item of items) {
    if (!unsent.has(keyOf('answer', item.id))) await tx.objectStore('alerts').put(item as unknown as AlertRow)
  }
  await tx.done
  return true
}

async function fetchPage(transport: Transport, path: string): Promise<Page | null> {
  const answer = await transport.request('GET', path)
  const page = answer.body as Page | null
  return answer.status === 200 && page && Array.isArray(page.results) ? page : null
}

/** A page's `next` is an absolute address; only its path is used, whatever name the server thinks it has. */
function nextPath(page: Page): string | null {
  if (!page.next) return null
  const url = new URL(page.next, 'https://here.invalid')
  return url.pathname + url.search
}

async function fetchList(transport: Transport, start: string): Promise<Item[] | null> {
  const items: Item[] = []
  let path: string | null = start
  while (path) {
    const page = await fetchPage(transport, path)
    if (!page) return null
    items.push(...page.results)
    path = nextPath(page)
  }
  return items
}

export type { PersonRow }
