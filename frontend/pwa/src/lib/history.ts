/** Rows as the rules read them. */
import type { LumpRows } from '../core/queries'
import type { EntryData } from '../core/types'
import type { History, Look } from '../rules/facts'

export const lookOf = (id: string, data: Partial<EntryData>, at: number): Look => ({ ...data, id, at }) as Look

/** `without`: an entry that is being changed. */
export function historyOf(rows: LumpRows, without: string | null = null): History {
  const { data } = rows.lump!
  return {
    site: data.site,
    entries: rows.entries.filter((row) => row.id !== without).map((row) => lookOf(row.id, row.data, new Date(row.data.measured_at).getTime())),
    events: rows.events.map((row) => ({ at: new Date(row.data.at).getTime(), kind: row.data.kind })),
    first_noticed_on: data.first_noticed_on,
    noticed_after: data.noticed_after,
    birth_year: rows.person?.data.birth_year,
    conditions: rows.person?.data.conditions,
    timezone: rows.person?.data.timezone ?? 'UTC',
  }
}
