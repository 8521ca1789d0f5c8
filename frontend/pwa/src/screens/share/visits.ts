import type { components } from '../../api/schema'
import type { Store } from '../../core/database'
import { shortDate } from '../../lib/dates'
import { t, type Key } from '../../words'

export type Visit = components['schemas']['VisitAnswer']

/** What a link hands out as a file, by the name it goes under. */
const FILES: Record<string, Key> = {
  'lump-diary.pdf': 'visit.pdf',
  'lump-diary-fhir.json': 'visit.fhir',
  'lump-diary-fhir.jwe': 'visit.sealed',
}

/** Which file or photo, in words; empty where there is none, or where this phone does not have the photo. */
export async function aboutVisit(store: Store, { what, detail }: Pick<Visit, 'what' | 'detail'>): Promise<string> {
  if (what === 'file') return FILES[detail] ? t(FILES[detail]) : detail
  if (what !== 'photo' || !detail) return ''
  const db = await store.db()
  const photo = await db.get('photos', detail)
  const entry = photo && (await db.get('entries', photo.entry))
  const lump = entry && (await db.get('lumps', entry.data.lump))
  return lump ? `${lump.data.name}, ${shortDate(photo.taken_at ?? entry.data.measured_at)}` : ''
}
