/** What the screens read. Rows that were removed are left out; entries and events come in order of time. */
import type { Store } from './database'
import type { AlertRow, EntryRow, EventRow, LumpRow, Op, PersonRow, PhotoRow, ReminderRow, Urgency } from './types'

const ORDER: Urgency[] = ['emergency', 'same_day', 'soon', 'routine', 'recheck', 'note']

const time = (iso: string): number => new Date(iso).getTime()
export const entriesInOrder = (rows: EntryRow[]): EntryRow[] =>
  rows.filter((row) => !row.gone).sort((a, b) => time(a.data.measured_at) - time(b.data.measured_at))
export const eventsInOrder = (rows: EventRow[]): EventRow[] => rows.filter((row) => !row.gone).sort((a, b) => time(a.data.at) - time(b.data.at))

/** Open advice, the most urgent first. */
export const openAlerts = (rows: AlertRow[]): AlertRow[] =>
  rows
    .filter((row) => row.state === 'open' && !row.quiet && row.urgency !== 'note')
    .sort((a, b) => ORDER.indexOf(a.urgency) - ORDER.indexOf(b.urgency) || time(b.opened_at) - time(a.opened_at))

export interface LumpSummary {
  lump: LumpRow
  entries: EntryRow[]
  alerts: AlertRow[]
  reminder: ReminderRow | null
}
export interface HomeRows {
  people: PersonRow[]
  lumps: LumpSummary[]
}

export async function homeRows(store: Store): Promise<HomeRows> {
  const db = await store.db()
  const tx = db.transaction(['people', 'lumps', 'entries', 'alerts', 'reminders'])
  const [people, lumps, entries, alerts, reminders] = await Promise.all([
    tx.objectStore('people').getAll(), tx.objectStore('lumps').getAll(), tx.objectStore('entries').getAll(),
    tx.objectStore('alerts').getAll(), tx.objectStore('reminders').getAll(),
  ])
  const byLump = grouped(entries)
  return {
    people: people.filter((row) => !row.gone),
    lumps: lumps
      .filter((row) => !row.gone)
      .map((lump) => ({
        lump,
        entries: entriesInOrder(byLump.get(lump.id) ?? []),
        alerts: openAlerts(alerts.filter((alert) => alert.lump === lump.id)),
        reminder: reminders.find((reminder) => reminder.data.lump === lump.id && !reminder.gone) ?? null,
      })),
  }
}

function grouped(entries: EntryRow[]): Map<string, EntryRow[]> {
  const groups = new Map<string, EntryRow[]>()
  for (const row of entries) {
    const group = groups.get(row.data.lump)
    if (group) group.push(row)
    else groups.set(row.data.lump, [row])
  }
  return groups
}

export interface LumpRows {
  lump: LumpRow | null
  person: PersonRow | null
  entries: EntryRow[]
  events: EventRow[]
  photos: PhotoRow[]
  alerts: AlertRow[]
  /** Keys of what is not sent yet. */
  unsent: Set<string>
}

export async function lumpRows(store: Store, id: string): Promise<LumpRows> {
  const db = await store.db()
  const lump = await db.get('lumps', id)
  if (!lump || lump.gone) return { lump: null, person: null, entries: [], events: [], photos: [], alerts: [], unsent: new Set() }
  const entries = entriesInOrder(await db.getAllFromIndex('entries', 'lump', id))
  const photos = await Promise.all(entries.map((entry) => db.getAllFromIndex('photos', 'entry', entry.id)))
  return {
    lump,
    person: (await db.get('people', lump.data.person)) ?? null,
    entries,
    events: eventsInOrder(await db.getAllFromIndex('events', 'lump', id)),
    photos: photos.flat().filter((photo) => !photo.gone),
    alerts: openAlerts((await db.getAll('alerts')).filter((alert) => alert.lump === id)),
    unsent: new Set(await db.getAllKeys('outbox')),
  }
}

export interface WaitingRow {
  op: Op
  row: EntryRow | EventRow | LumpRow | PersonRow | null
  theirs: Record<string, unknown> | null
}

/** The queue with its rows, oldest first; photos stand with their entry unless they were refused. */
export async function waitingRows(store: Store): Promise<WaitingRow[]> {
  const db = await store.db()
  const ops = (await db.getAllFromIndex('outbox', 'seq')).filter((op) => op.kind !== 'photo' || op.state !== 'waiting')
  return Promise.all(
    ops.map(async (op) => {
      const store_ = { person: 'people', lump: 'lumps', entry: 'entries', event: 'events' } as const
      const row = op.kind in store_ ? await db.get(store_[op.kind as keyof typeof store_], op.id) : null
      const theirs = (await db.get('meta', `theirs:${op.key}`))?.value
      return { op, row: (row as WaitingRow['row']) ?? null, theirs: (theirs as Record<string, unknown>) ?? null }
    }),
  )
}
