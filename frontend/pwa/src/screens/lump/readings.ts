/** Entries and events as the chart needs them. */
import type { EntryRow, EventRow } from '../../core/types'
import { sigma } from '../../rules/sizes'

export type Span = 'all' | 'year' | 'quarter'
export const SPANS: Span[] = ['quarter', 'year', 'all']
const DAYS: Record<Span, number> = { all: Infinity, year: 366, quarter: 92 }
/** 95 %, as on the doctor's page. */
const TWO_SIDED = 1.96

export interface Reading {
  /** Seconds since 1970. */
  at: number
  /** Length, width, depth; null: not recorded. */
  mm: (number | null)[]
  /** How far each of them can be out, in mm: half the 95 % interval of its method. */
  error: (number | null)[]
  longest: number | null
  /** The engine, or the rules, do not believe this one. */
  doubted: boolean
  pain: number | null
  redness: number | null
}

/** The rows of the last `span` days, counted from the newest of them, so that an old diary is not an empty chart. */
export function inView<T extends EntryRow | EventRow>(rows: T[], span: Span): T[] {
  const times = rows.map((row) => new Date('measured_at' in row.data ? row.data.measured_at : row.data.at).getTime())
  const newest = Math.max(...times)
  return rows.filter((_, index) => newest - times[index]! <= DAYS[span] * 86_400_000)
}

/** How far one reading can be out, in mm. */
export const giveOrTake = (mm: number, method: string | null | undefined): number => TWO_SIDED * sigma(mm, method ?? null) * mm

/** `doubted`: ids of the entries whose size is doubted. */
export const readingsOf = (entries: EntryRow[], doubted: ReadonlySet<string>): Reading[] =>
  entries.map(({ id, data }) => {
    const mm = [data.length_mm ?? null, data.width_mm ?? null, data.depth_mm ?? null]
    return {
      at: new Date(data.measured_at).getTime() / 1000,
      mm,
      error: mm.map((one) => (one === null ? null : giveOrTake(one, data.method))),
      longest: Math.max(data.length_mm ?? 0, data.width_mm ?? 0) || null,
      doubted: doubted.has(id),
      pain: data.pain ?? null,
      redness: data.redness ?? null,
    }
  })

/** What is marked on the time axis, oldest first: their places in this list, from 1, are the numbers above the chart. */
export const markedOf = (events: EventRow[]): EventRow[] =>
  events.filter(({ data }) => data.kind !== 'acknowledged').sort((a, b) => new Date(a.data.at).getTime() - new Date(b.data.at).getTime())

/** Numbers 1 … n at `x` (rising, CSS pixels), those too near to stand side by side as one: "2–4". */
export function numbersAt(x: number[], charWidth: number, gap = 4): { x: number; text: string }[] {
  type Group = { first: number; last: number }
  const text = ({ first, last }: Group): string => (first === last ? `${first + 1}` : `${first + 1}–${last + 1}`)
  const middle = ({ first, last }: Group): number => (x[first]! + x[last]!) / 2
  const half = (group: Group): number => (text(group).length * charWidth + gap) / 2
  const groups: Group[] = []
  for (let index = 0; index < x.length; index += 1) {
    let group: Group = { first: index, last: index }
    // A group that grew is wider, and may now touch the one before it.
    for (let before = groups.at(-1); before && middle(group) - half(group) < middle(before) + half(before); before = groups.at(-1)) {
      group = { first: before.first, last: group.last }
      groups.pop()
    }
    groups.push(group)
  }
  return groups.map((group) => ({ x: middle(group), text: text(group) }))
}
