/** Bringing the queue to the server, one op at a time, in order. */
import type { Store } from './database'
import { isDue, keyOf, pauseAfter, problemOf, type Verdict, verdictOn } from './outbox'
import { confirms, receiptIn, revisionIn } from './receipt'
import { dataOf, PATH_OF, type RowKind, sameData, STORE_OF } from './rows'
import { type Answer, OtherAccount, type Transport, Unreachable } from './transport'
import type { AlertRow, EntryRow, Op, PhotoRow } from './types'

export type Round = 'empty' | 'waiting' | 'signed_out' | 'wrong_token' | 'unreachable'

const REFUSALS = 3
const MOST_TRIED = 8

/** Sends what is due until nothing is, or until the session or the network ends it. `onChange` after each op. */
export async function sendAll(store: Store, transport: Transport, onChange: () => void = () => undefined): Promise<Round> {
  for (;;) {
    const op = await firstDue(store, Date.now())
    if (typeof op === 'string') return op
    const verdict = await sendOne(store, transport, op)
    onChange()
    if (verdict === 'unreachable' || verdict.kind === 'signed_out' || verdict.kind === 'wrong_token') {
      return verdict === 'unreachable' ? verdict : verdict.kind
    }
  }
}

/** The first op in the queue that is due and whose needs are all confirmed; looks no further, however long the queue. */
async function firstDue(store: Store, now: number): Promise<Op | 'empty' | 'waiting'> {
  const db = await store.db()
  const outbox = db.transaction('outbox').store
  let any = false
  for (let cursor = await outbox.index('seq').openCursor(); cursor; cursor = await cursor.continue()) {
    any = true
    if (!isDue(cursor.value, now)) continue
    const unconfirmed = await Promise.all(cursor.value.needs.map((key) => outbox.getKey(key)))
    if (unconfirmed.every((key) => key === undefined)) return cursor.value
  }
  return any ? 'waiting' : 'empty'
}

/** Tries one op. The try is written down first, so that a phone killed in the middle knows that the server may have it. */
export async function sendOne(store: Store, transport: Transport, op: Op): Promise<Verdict | 'unreachable'> {
  const call = await claim(store, op)
  if (!call) return { kind: 'done' }
  let answer: Answer
  try {
    answer = await transport.request(call.method, call.path, call)
  } catch (error) {
    if (error instanceof Unreachable) {
      // The network's fault, not the entry's: due again as soon as there is a signal.
      await postponed(store, op, { kind: 'again', after: 0 })
      return 'unreachable'
    }
    if (error instanceof OtherAccount) return { kind: 'wrong_token' }
    throw error
  }
  const verdict = judge(op, answer, call.sha256)
  if (verdict.kind === 'done') await confirmed(store, op, answer.body)
  else await postponed(store, op, verdict)
  if (verdict.kind === 'conflict') await rememberTheirs(store, transport, op)
  return verdict
}

function judge(op: Op, answer: Answer, sha256: string | null): Verdict {
  const missing = (answer.status === 404 || answer.status === 410) && answer.body !== null
  if (op.deed === 'delete' && missing) return { kind: 'done' }
  const verdict = verdictOn(answer.status, answer.body, confirms(op, answer.status, answer.body, sha256), answer.retryAfter)
  // The server never had what it should bring back: it is put there.
  if (op.deed === 'restore' && missing && verdict.kind === 'refused') return { kind: 'put_instead' }
  // A picture has no two versions to choose from.
  if (op.kind === 'photo' && verdict.kind === 'conflict') return { kind: 'refused', problem: problemOf(answer.body) }
  return verdict
}

interface OutgoingCall {
  method: string
  path: string
  json?: object
  bytes?: ArrayBuffer
  headers?: Record<string, string>
  sha256: string | null
}

/**
 * The request of an op, from its row as it is now, and the try written down, in one transaction: a change made between
 * the two could otherwise be overwritten. null when the op changed meanwhile, or has nothing left to send.
 */
async function claim(store: Store, op: Op): Promise<OutgoingCall | null> {
  const db = await store.db()
  const name = STORE_OF[op.kind]
  const tx = db.transaction(['outbox', name], 'readwrite')
  const outbox = tx.objectStore('outbox')
  const now = await outbox.get(op.key)
  const row = await tx.objectStore(name).get(op.id)
  let call: OutgoingCall | null = null
  if (now?.stamp === op.stamp) {
    call = callFor(op, row)
    const tries = now.tries + 1
    if (!call) await outbox.delete(op.key)
    else await outbox.put({ ...now, tries, not_before: Date.now() + pauseAfter(tries), tried: withTried(now.tried, op, row as EntryRow) })
  }
  await tx.done
  return call
}

function withTried(tried: object[] = [], op: Op, row: EntryRow | undefined): object[] {
  if (op.deed !== 'put' || op.kind === 'photo' || !row || tried.some((content) => sameData(content, row.data))) return tried
  return [...tried, row.data].slice(-MOST_TRIED)
}

function callFor(op: Op, row: unknown): OutgoingCall | null {
  const path = `${PATH_OF[op.kind]}${op.id}/`
  if (op.deed === 'delete') return { method: 'DELETE', path, sha256: null }
  if (op.deed === 'restore') return { method: 'POST', path: `${path}restore/`, sha256: null }
  if (!row) return null
  if (op.kind === 'photo') {
    const photo = row as PhotoRow
    if (!photo.bytes || !photo.sha256) return null
    const headers: Record<string, string> = { 'Content-Type': photo.type, 'X-Content-SHA256': photo.sha256 }
    if (photo.taken_at) headers['X-Taken-At'] = photo.taken_at
    return { method: 'PUT', path: `${path}?entry=${photo.entry}`, bytes: photo.bytes, headers, sha256: photo.sha256 }
  }
  if (op.kind === 'answer') {
    const { answer } = row as AlertRow
    return answer ? { method: 'POST', path: `${path}acknowledge/`, json: answer, sha256: null } : null
  }
  const { data, revision } = row as EntryRow
  return { method: 'PUT', path, json: { ...data, ...(revision === null ? {} : { base_revision: revision }) }, sha256: null }
}

/** Ends the op if nothing changed meanwhile, and keeps the revision and the hashes the receipt speaks of. */
async function confirmed(store: Store, op: Op, body: unknown): Promise<void> {
  const db = await store.db()
  const name = STORE_OF[op.kind]
  const tx = db.transaction(['outbox', 'photos', name], 'readwrite')
  const outbox = tx.objectStore('outbox')
  const now = await outbox.get(op.key)
  const unchanged = now?.stamp === op.stamp
  const row = await tx.objectStore(name).get(op.id)
  if (unchanged && broughtBackOlder(op, row, body)) await outbox.put({ ...now, deed: 'put', stamp: now.stamp + 1, tries: 0, not_before: 0 })
  else if (unchanged) await outbox.delete(op.key)
  else if (now) await outbox.put({ ...now, tries: 0, not_before: 0, tried: [] })
  if (row && op.deed === 'delete' && unchanged) await tx.objectStore(name).put({ ...row, gone: true } as never)
  else if (row && op.kind === 'photo' && op.deed === 'put') await tx.objectStore('photos').put({ ...(row as PhotoRow), bytes: null })
  else if (row && op.kind !== 'answer' && op.kind !== 'photo') {
    const known = (row as EntryRow).revision
    // Without Web Locks two tabs may send: an older answer may come last.
    await tx.objectStore(name).put({ ...row, revision: Math.max(revisionIn(body) ?? 0, known ?? 0) || null } as never)
  }
  if (op.kind === 'entry') {
    // An earlier try of a photo may have arrived although its answer was lost: the receipt says so.
    for (const [id, hash] of Object.entries(receiptIn(body)?.photos ?? {})) {
      const photo = await tx.objectStore('photos').get(id)
      const waits = await outbox.get(keyOf('photo', id))
      if (!photo?.bytes || photo.sha256 !== hash || waits?.deed !== 'put') continue
      await tx.objectStore('photos').put({ ...photo, bytes: null })
      await outbox.delete(keyOf('photo', id))
    }
  }
  await tx.done
}

/** What was brought back is older than what this phone has: it was changed here and then deleted before it was sent. */
function broughtBackOlder(op: Op, row: unknown, body: unknown): boolean {
  if (op.deed !== 'restore' || op.kind === 'photo' || op.kind === 'answer' || !row) return false
  return !sameData(dataOf(op.kind, body as Record<string, unknown>), (row as EntryRow).data)
}

/** Leaves the op in the queue with what the answer said of it. */
async function postponed(store: Store, op: Op, verdict: Verdict): Promise<void> {
  const db = await store.db()
  const tx = db.transaction('outbox', 'readwrite')
  const now = await tx.store.get(op.key)
  if (now && now.stamp === op.stamp) {
    if (verdict.kind === 'conflict') await tx.store.put({ ...now, state: 'conflict' })
    else if (verdict.kind === 'refused') await tx.store.put(refusedOnce(now, verdict.problem))
    else if (verdict.kind === 'put_instead') await tx.store.put({ ...now, deed: 'put', not_before: 0 })
    else if (verdict.kind === 'again' && verdict.after !== null) await tx.store.put({ ...now, not_before: Date.now() + verdict.after })
    // The session's fault, not the entry's: no back-off for it.
    else if (verdict.kind !== 'again') await tx.store.put({ ...now, not_before: 0 })
  }
  await tx.done
}

/** A refusal holds when it came several times: a body may arrive empty or cut without anybody's doing. */
function refusedOnce(op: Op, problem: string): Op {
  const refusals = (op.refusals ?? 0) + 1
  return refusals < REFUSALS ? { ...op, refusals } : { ...op, refusals, state: 'refused', problem }
}

/**
 * Keeps the server's version beside ours, so that both can be shown offline too. A version that this very phone sent
 * without hearing the answer is no conflict: the change goes on from there.
 */
async function rememberTheirs(store: Store, transport: Transport, op: Op): Promise<void> {
  try {
    const theirs = await transport.request('GET', `${PATH_OF[op.kind]}${op.id}/`)
    if (theirs.status !== 200) return
    const db = await store.db()
    if (op.kind === 'photo' || op.kind === 'answer') return
    const name = STORE_OF[op.kind]
    const tx = db.transaction(['outbox', 'meta', name], 'readwrite')
    const now = await tx.objectStore('outbox').get(op.key)
    const row = await tx.objectStore(name).get(op.id)
    const data = dataOf(op.kind, theirs.body as Record<string, unknown>)
    if (now && row && now.tried?.some((content) => sameData(content, data))) {
      await tx.objectStore(name).put({ ...row, revision: revisionIn(theirs.body) } as never)
      await tx.objectStore('outbox').put({ ...now, state: 'waiting', tries: 0, not_before: 0 })
    } else await tx.objectStore('meta').put({ key: `theirs:${op.key}`, value: theirs.body })
    await tx.done
  } catch {
    // Shown as "open again with a signal"; the op stays a conflict.
  }
}

/** The person's choice between the two versions. The server keeps the other one as a revision. */
export async function settle(store: Store, key: string, choice: 'mine' | 'theirs', theirs: Record<string, unknown>): Promise<void> {
  const db = await store.db()
  const op = await db.get('outbox', key)
  if (!op || op.kind === 'photo' || op.kind === 'answer') return
  const name = STORE_OF[op.kind]
  const tx = db.transaction(['outbox', 'meta', name], 'readwrite')
  const row = (await tx.objectStore(name).get(op.id)) as EntryRow
  const revision = revisionIn(theirs)
  if (choice === 'mine') {
    await tx.objectStore(name).put({ ...row, revision } as never)
    await tx.objectStore('outbox').put({ ...op, state: 'waiting', stamp: op.stamp + 1, tries: 0, not_before: 0 })
  } else {
    const data = dataOf(op.kind as RowKind, theirs)
    await tx.objectStore(name).put({ ...row, data, revision, gone: theirs.deleted === true } as never)
    await tx.objectStore('outbox').delete(key)
  }
  await tx.objectStore('meta').delete(`theirs:${key}`)
  await tx.done
}

/** Tries what was refused once more, at each open of the app: the fault may have been the server's, and mended since. */
export async function retryAllRefused(store: Store): Promise<void> {
  const db = await store.db()
  for (const op of await db.getAll('outbox')) if (op.state === 'refused') await db.put('outbox', { ...op, state: 'waiting', not_before: 0 })
}

/** Tries a refused op again, or gives it up (its row stays on the phone until the server's version is pulled). */
export async function retryRefused(store: Store, key: string): Promise<void> {
  const db = await store.db()
  const op = await db.get('outbox', key)
  if (op) await db.put('outbox', { ...op, state: 'waiting', problem: null, tries: 0, not_before: 0, stamp: op.stamp + 1 })
}
