/**
 * The phone's own store: one IndexedDB database per account, so that a second person on the same phone never meets the
 * first one's rows, and the first one's unsent entries wait for them.
 */
import { type DBSchema, type IDBPDatabase, deleteDB, openDB } from 'idb'
import type { AlertRow, EntryRow, EventRow, LumpRow, Op, PersonRow, PhotoRow, ReminderRow } from './types'

export interface Schema extends DBSchema {
  people: { key: string; value: PersonRow }
  lumps: { key: string; value: LumpRow }
  entries: { key: string; value: EntryRow; indexes: { lump: string } }
  events: { key: string; value: EventRow; indexes: { lump: string } }
  photos: { key: string; value: PhotoRow; indexes: { entry: string } }
  reminders: { key: string; value: ReminderRow }
  alerts: { key: string; value: AlertRow }
  outbox: { key: string; value: Op; indexes: { seq: number } }
  meta: { key: string; value: { key: string; value: unknown } }
}
export type Database = IDBPDatabase<Schema>
export type StoreName = 'people' | 'lumps' | 'entries' | 'events' | 'photos' | 'reminders' | 'alerts' | 'outbox' | 'meta'

export const ALL_STORES: StoreName[] = [
  'people', 'lumps', 'entries', 'events', 'photos', 'reminders', 'alerts', 'outbox', 'meta',
]
/** Strict: the browser says "complete" only once the rows are on the disk, since "Saved" must outlive a kill. */
export const STRICT: IDBTransactionOptions = { durability: 'strict' }

const nameOf = (account: string): string => `lump-diary-${account}`

/** One account's store. Opens lazily, and again when the browser closed it underneath us. */
export class Store {
  private opened: Promise<Database> | null = null

  constructor(readonly account: string) {}

  db(): Promise<Database> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = null
      throw error
    })
    return this.opened
  }

  close(): void {
    void this.opened?.then((db) => db.close()).catch(() => undefined)
    this.opened = null
  }

  private open(): Promise<Database> {
    return openDB<Schema>(nameOf(this.account), 1, {
      upgrade(db) {
        for (const name of ['people', 'lumps', 'reminders', 'alerts'] as const) db.createObjectStore(name, { keyPath: 'id' })
        db.createObjectStore('entries', { keyPath: 'id' }).createIndex('lump', 'data.lump')
        db.createObjectStore('events', { keyPath: 'id' }).createIndex('lump', 'data.lump')
        db.createObjectStore('photos', { keyPath: 'id' }).createIndex('entry', 'entry')
        db.createObjectStore('outbox', { keyPath: 'key' }).createIndex('seq', 'seq')
        db.createObjectStore('meta', { keyPath: 'key' })
      },
      blocking: () => this.close(),
      terminated: () => {
        this.opened = null
      },
    })
  }
}

/** Forgets everything of an account on this phone. The caller has made sure that nothing unsent is in it. */
export async function forget(account: string): Promise<void> {
  await deleteDB(nameOf(account))
}

export async function getMeta<T>(store: Store, key: string): Promise<T | undefined> {
  const db = await store.db()
  return (await db.get('meta', key))?.value as T | undefined
}

export async function setMeta(store: Store, key: string, value: unknown): Promise<void> {
  const db = await store.db()
  await db.put('meta', { key, value })
}
