/** The newest photo of each lump, for its card. */
import type { Store } from '../core/database'
import type { LumpSummary } from '../core/queries'
import type { PhotoRow } from '../core/types'

/** How many entries back it is looked for: a card shows how it looks now, and home must open fast. */
const BACK = 10

export async function lastPhotos(store: Store, lumps: LumpSummary[]): Promise<Map<string, PhotoRow>> {
  const db = await store.db()
  const found = new Map<string, PhotoRow>()
  await Promise.all(
    lumps.map(async ({ lump, entries }) => {
      for (const entry of entries.slice(-BACK).reverse()) {
        const photo = await db.getFromIndex('photos', 'entry', entry.id)
        if (photo) return void found.set(lump.id, photo)
      }
    }),
  )
  return found
}
