/** What is only on this phone, as a diary file with its photos: a way out that needs no server. */
import type { Store } from './database'
import type { EntryRow, EventRow, LumpRow, PersonRow, PhotoRow } from './types'
import { zip } from './zip'

const ENDING: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/heic': 'heic', 'image/heif': 'heif', 'image/webp': 'webp' }

/** A zip in the format of docs/format.md: the unsent entries and events, each under its lump and person, and their photos. */
export async function unsentFile(store: Store): Promise<Blob> {
  const db = await store.db()
  const keys = new Set(await db.getAllKeys('outbox'))
  const [people, lumps, entries, events, photos] = await Promise.all([
    db.getAll('people'), db.getAll('lumps'), db.getAll('entries'), db.getAll('events'), db.getAll('photos'),
  ])
  const gone = new Set(entries.filter((row) => row.gone).map((row) => row.id))
  const waiting = photos.filter((photo): photo is PhotoRow & { bytes: ArrayBuffer } => photo.bytes !== null && !photo.gone && !gone.has(photo.entry))
  const kept = entries.filter((row) => !row.gone && (keys.has(`entry:${row.id}`) || waiting.some((photo) => photo.entry === row.id)))
  const told = events.filter((row) => !row.gone && keys.has(`event:${row.id}`))
  const needed = lumps.filter((row) => keys.has(`lump:${row.id}`) || kept.some((entry) => entry.data.lump === row.id) || told.some((event) => event.data.lump === row.id))
  const diary = {
    format: 'lump-diary/1',
    people: people
      .filter((row) => keys.has(`person:${row.id}`) || needed.some((lump) => lump.data.person === row.id))
      .map((row) => personOut(row, needed, kept, told, waiting)),
  }
  const text = new TextEncoder().encode(JSON.stringify(diary, null, 1))
  return zip([
    { name: 'diary.json', bytes: text },
    ...waiting.map((photo) => ({ name: fileName(photo), bytes: new Uint8Array(photo.bytes) })),
  ])
}

const fileName = (photo: PhotoRow): string => `photos/${photo.id}.${ENDING[photo.type] ?? 'bin'}`

function personOut(person: PersonRow, lumps: LumpRow[], entries: EntryRow[], events: EventRow[], photos: PhotoRow[]): object {
  return {
    id: person.id,
    ...person.data,
    lumps: lumps
      .filter((row) => row.data.person === person.id)
      .map(({ id, data: { person: _, ...lump } }) => ({
        id,
        ...lump,
        entries: entries.filter((row) => row.data.lump === id).map((row) => entryOut(row, photos)),
        events: events.filter((row) => row.data.lump === id).map(({ id: eventId, data: { lump: _lump, ...event } }) => ({ id: eventId, ...event })),
      })),
  }
}

function entryOut({ id, data: { lump: _, ...entry } }: EntryRow, photos: PhotoRow[]): object {
  const own = photos.filter((photo) => photo.entry === id)
  return { id, ...entry, photos: own.map((photo) => ({ id: photo.id, taken_at: photo.taken_at, sha256: photo.sha256, file: fileName(photo) })) }
}
