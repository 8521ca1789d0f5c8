/** Entries as the chart needs them. */
import type { EntryRow, EventRow } from '../../core/types'
import { sigma } from '../../rules/sizes'

export type Span = 'all' | 'year' | 'quarter'
export const SPANS: Span[] = ['quarter', 'year', 'all']
const DAYS: Record<Span, number> = { all: Infinity, year: 366, quarter: 92 }

export interface Reading {
  /** Seconds since 1970. */
  at: number
  /** Length, width, depth; null: not recorded. */
  mm: [number | null, number | null, number | null]
  longest: number | null
  /** 90 % limits of the longest, from what its method is worth. */
  low: number | null
  high: number | null
  pain: number | null
  redness: number | null
}

/** The rows of the last `span` days, counted from the newest of them, so that an old diary is not an empty chart. */
export function inView<T extends EntryRow | EventRow>(rows: T[], span: Span): T[] {
  const times = rows.map((row) => new Date('measured_at' in row.data ? row.data.measured_at : row.data.at).getTime())
  const newest = Math.max(...times)
  return rows.filter((_, index) => newest - times[index]! <= DAYS[span] * 86_400_000)
}

export const readingsOf = (entries: EntryRow[]): Reading[] =>
  entries.map(({ data }) => {
    const longest = Math.max(data.length_mm ?? 0, data.width_mm ?? 0) || null
    const spread = longest ? Math.exp(1.645 * sigma(longest, data.method ?? null)) : 1
    return {
      at: new Date(data.measured_at).getTime() / 1000,
      mm: [data.length_mm ?? null, data.width_mm ?? null, data.depth_mm ?? null],
      longest,
      low: longest ? longest / spread : null,
      high: longest ? longest * spread : null,
      pain: data.pain ?? null,
      redness: data.redness ?? null,
    }
  })
