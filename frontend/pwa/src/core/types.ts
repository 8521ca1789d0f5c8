/** The rows the phone keeps. The `data` of a row is exactly the body of its PUT (docs/format.md), nothing of ours in it. */

export type Urgency = 'emergency' | 'same_day' | 'soon' | 'routine' | 'recheck' | 'note' | 'none'
export type Axis = 'length' | 'width' | 'depth'
export type Region = 'uk' | 'us' | 'eu' | 'generic'
export type Unit = 'mm' | 'cm' | 'in'

export interface PersonData {
  name: string
  birth_year?: number | null
  sex?: string | null
  conditions?: string[] | null
  timezone?: string | null
}

export interface LumpData {
  person: string
  name: string
  site: string
  side?: string | null
  depth?: string | null
  status?: string | null
  first_noticed_on?: string | null
  noticed_after?: string | null
  known_unchanged_over_a_year?: boolean | null
}

/** null and absent both mean "not recorded"; an empty list means "asked, none". */
export interface EntryData {
  lump: string
  measured_at: string
  length_mm?: number | null
  width_mm?: number | null
  depth_mm?: number | null
  method?: string | null
  typed?: Partial<Record<Axis, string>> | null
  size_confirmed?: boolean | null
  pain?: number | null
  pain_out_of_proportion?: boolean | null
  tenderness?: number | null
  redness?: number | null
  redness_beyond_mm?: number | null
  spreading?: boolean | null
  red_streaks?: boolean | null
  warmth?: boolean | null
  discharge?: string | null
  temperature_c?: number | null
  shivery?: boolean | null
  shape?: string | null
  firmness?: string | null
  mobility?: string | null
  skin?: string[] | null
  unwell?: string[] | null
  note?: string | null
}

export interface EventData {
  lump: string
  at: string
  kind: string
  detail?: string | null
}

export interface ReminderData {
  lump: string
  at: string
  days?: string[] | null
  every?: number | null
  adaptive?: boolean | null
  paused_until?: string | null
}

interface Row<Data> {
  id: string
  data: Data
  /** The last revision the server told us of; null until it has taken the row. */
  revision: number | null
  /** True when the person removed it; the row stays so that it can be brought back. */
  gone: boolean
}

export type PersonRow = Row<PersonData> & { role?: string | null }
export type LumpRow = Row<LumpData>
export type EntryRow = Row<EntryData>
export type EventRow = Row<EventData>
export type ReminderRow = Row<ReminderData>

export interface PhotoRow {
  id: string
  entry: string
  taken_at: string | null
  type: string
  /** Of the bytes as they left the camera; null for a picture another device sent. */
  sha256: string | null
  /** Kept until a receipt names this very hash; null afterwards, when the server's copy is shown. */
  bytes: ArrayBuffer | null
  /** A small JPEG made on this phone, which stays: shown offline, and until the server's picture is ready. */
  thumb?: ArrayBuffer | null
}

export interface Finding {
  rule: string
  urgency: Urgency
  new?: boolean
  quiet?: boolean
  because: string
  source: string
  words?: string
  call?: string
}

/** Advice that waits for an answer: the server's alerts, and what the phone found by itself while offline. */
export interface AlertRow {
  id: string
  lump: string
  rule: string
  urgency: Urgency
  words: string
  because: string
  source: string
  call?: string | null
  opened_at: string
  state: 'open' | 'acknowledged' | 'closed'
  /** Found by the phone's own table and not yet seen by the server. */
  local?: boolean
  /** The entry that made it, for advice of the phone's own. */
  entry?: string
  /** Standing, but silenced by an examination or an answer. */
  quiet?: boolean
  answer?: { how: Answer; on?: string | null } | null
}
export type Answer = 'appointment' | 'examined' | 'not_now'

export type Kind = 'person' | 'lump' | 'entry' | 'photo' | 'event' | 'reminder' | 'answer'
export type Deed = 'put' | 'delete' | 'restore' | 'post'

/** One thing to bring to the server. One per object: its content is read from its row when it is sent. */
export interface Op {
  /** `kind:id` */
  key: string
  kind: Kind
  id: string
  deed: Deed
  /** Place in the queue. */
  seq: number
  /** Keys that must be gone from the queue before this one may be sent. */
  needs: string[]
  /** Goes up with each change, so that the answer to an older content does not end a newer one. */
  stamp: number
  tries: number
  /** Not to be tried before (ms since 1970). */
  not_before: number
  state: 'waiting' | 'conflict' | 'refused'
  problem: string | null
  /** When the oldest unsent change was made (ms since 1970). */
  since: number
}

export interface Me {
  id: string
  email: string
  region: Region
  units: Unit
  csrf: string
}
