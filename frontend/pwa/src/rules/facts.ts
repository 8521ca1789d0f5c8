/**
 * What the phone's rules may know of one lump. The twin of tracker/rules: same names, same meaning; the cases in
 * tracker/rules/tables/urgent_cases.json drive both. null or absent means "not recorded", never zero and never "no".
 */

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface Look {
  id: string
  /** ms since 1970 */
  at: number
  length_mm?: number | null
  width_mm?: number | null
  depth_mm?: number | null
  method?: string | null
  size_confirmed?: boolean | null
  pain?: number | null
  pain_out_of_proportion?: boolean | null
  tenderness?: number | null
  redness?: number | null
  spreading?: boolean | null
  red_streaks?: boolean | null
  warmth?: boolean | null
  discharge?: string | null
  temperature_c?: number | null
  shivery?: boolean | null
  skin?: string[] | null
  unwell?: string[] | null
}

export interface Happening {
  at: number
  kind: string
}

/** Entries and events are in order of time. */
export interface History {
  site: string
  entries: Look[]
  events: Happening[]
  first_noticed_on?: string | null
  noticed_after?: string | null
  birth_year?: number | null
  conditions?: string[] | null
  timezone: string
}

export const EXAMINATIONS = ['examined', 'ultrasound', 'mri', 'ct', 'biopsy', 'needle_aspiration', 'drained', 'removed', 'surgery']
export const SEGMENT_CUTS = ['drained', 'removed', 'needle_aspiration', 'surgery']

/** The calendar day of `at` in a zone, as a count of days since 1970. */
export function localDay(zone: string, at: number): number {
  let day: string
  try {
    day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
  } catch {
    day = new Date(at).toISOString().slice(0, 10)
  }
  return Date.parse(`${day}T00:00:00Z`) / DAY
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
