/** Between the server's JSON and the phone's rows: which keys belong to which kind, and where each lives. */
import type { StoreName } from './database'
import type { EntryData, EventData, Kind, LumpData, PersonData, ReminderData } from './types'

const KEYS = {
  person: ['name', 'birth_year', 'sex', 'conditions', 'timezone'],
  lump: ['person', 'name', 'site', 'side', 'depth', 'status', 'first_noticed_on', 'noticed_after', 'known_unchanged_over_a_year'],
  entry: [
    'lump', 'measured_at', 'length_mm', 'width_mm', 'depth_mm', 'method', 'typed', 'size_confirmed', 'pain',
    'pain_out_of_proportion', 'tenderness', 'redness', 'redness_beyond_mm', 'spreading', 'red_streaks', 'warmth',
    'discharge', 'temperature_c', 'shivery', 'shape', 'firmness', 'mobility', 'skin', 'unwell', 'note',
  ],
  event: ['lump', 'at', 'kind', 'detail'],
  reminder: ['lump', 'at', 'days', 'every', 'adaptive', 'paused_until'],
} as const

/** Every key of the document is listed above, and no other: a compiler's proof, nothing at run time. */
interface Bodies {
  person: PersonData
  lump: LumpData
  entry: EntryData
  event: EventData
  reminder: ReminderData
}
type Missing = { [K in RowKind]: Exclude<keyof Bodies[K], (typeof KEYS)[K][number]> | Exclude<(typeof KEYS)[K][number], keyof Bodies[K]> }[RowKind]
const _noneMissing: [Missing] extends [never] ? true : Missing = true
void _noneMissing

export type RowKind = keyof typeof KEYS

export const STORE_OF = {
  person: 'people', lump: 'lumps', entry: 'entries', event: 'events', reminder: 'reminders', photo: 'photos', answer: 'alerts',
} as const satisfies Record<Kind, StoreName>

export const PATH_OF: Record<Kind, string> = {
  person: '/api/people/', lump: '/api/lumps/', entry: '/api/entries/', event: '/api/events/', reminder: '/api/reminders/',
  photo: '/api/photos/', answer: '/api/alerts/',
}

/** The PUT body within an answer of the server: its keys only, so that nothing of the envelope is sent back. */
export function dataOf(kind: RowKind, answer: Record<string, unknown>): Record<string, unknown> {
  const data: Record<string, unknown> = {}
  for (const key of KEYS[kind]) if (answer[key] !== undefined) data[key] = answer[key]
  return data
}

/** Equal as JSON, whatever the order of keys; null and absent are the same. */
export function sameData(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]))
}
