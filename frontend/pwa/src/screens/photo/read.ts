/** A photo with what it belongs to, from this phone's rows. */
import type { Store } from '../../core/database'
import { lumpRows, type LumpRows } from '../../core/queries'
import type { EntryRow, PhotoRow } from '../../core/types'

export interface PhotoOf {
  photo: PhotoRow
  entry: EntryRow
  rows: LumpRows
}

/** null: not on this phone, or its entry was removed. */
export async function photoRows(store: Store, id: string): Promise<PhotoOf | null> {
  const db = await store.db()
  const photo = await db.get('photos', id)
  const entry = photo && (await db.get('entries', photo.entry))
  if (!photo || !entry || entry.gone) return null
  const rows = await lumpRows(store, entry.data.lump)
  return rows.lump ? { photo, entry, rows } : null
}
