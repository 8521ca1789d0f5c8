/** The rows the phone keeps. The `data` of a row is exactly the body of its PUT (docs/format.md), nothing of ours in it. */

import type { components } from '../api/schema'

type Schemas = components['schemas']
/** Closed lists of words as plain strings: a newer server may know more of them than this phone. */
type Widened<T> = T extends string ? string : T extends (infer U)[] ? Widened<U>[] : T extends object ? { [K in keyof T]: Widened<T[K]> } : T
/** The body of a PUT: what the document says, without what the sender adds. null and absent both mean "not recorded". */
type Body<T> = Widened<Omit<T, 'base_revision'>>

export type Urgency = Schemas['Alert']['urgency']
export type Axis = 'length' | 'width' | 'depth'
export type Region = Schemas['Me']['region']
export type Unit = Schemas['Me']['units']

export type PersonData = Body<Schemas['PersonRequest']>
export type LumpData = Body<Schemas['LumpRequest']>
export type EntryData = Body<Schemas['EntryRequest']>
export type EventData = Body<Schemas['EventRequest']>
export type ReminderData = Pick<Schemas['Reminder'], 'lump' | 'at'> & Partial<Widened<Omit<Schemas['Reminder'], 'id' | 'next_at' | 'why' | 'asked_at' | 'snoozed_until' | 'overdue' | 'lump' | 'at'>>>

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
  /** True when the person took it off its entry; the row stays so that it can be brought back. */
  gone?: boolean
}

/** Advice that waits for an answer: the server's alerts, and what the phone found by itself while offline. */
export type AlertRow = Pick<Schemas['Alert'], 'id' | 'lump' | 'rule' | 'urgency' | 'words' | 'because' | 'source' | 'opened_at' | 'state'> & {
  call?: string | null
  /** Standing, but silenced by an examination or an answer. */
  quiet?: boolean
  /** Found by the phone's own table and not yet seen by the server. */
  local?: boolean
  /** The entry that made it, for advice of the phone's own. */
  entry?: string
  answer?: { how: Answer; on?: string | null } | null
}
export type Answer = NonNullable<Schemas['Alert']['how']>

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
  /** How often the server refused this content; once may be the line's fault (a body that arrived empty). */
  refusals?: number
  /** Contents that left this phone without an answer: the server may hold any of them. */
  tried?: object[]
  /** When the oldest unsent change was made (ms since 1970). */
  since: number
}

/** Who is signed in. `csrf` is only for the session. */
export type Me = Pick<Schemas['Me'], 'id' | 'email' | 'region' | 'units'> & { csrf: string }
