/** Bringing the queue to the server, one op at a time, in order. */
import type { Store } from './database'
import { keyOf, nextDue, pauseAfter, type Verdict, verdictOn } from './outbox'
import { confirms, receiptIn, revisionIn } from './receipt'
import { dataOf, PATH_OF, type RowKind, STORE_OF } from './rows'
import { type Answer, OtherAccount, type Transport, Unreachable } from './transport'
import type { EntryRow, Op } from './types'

export type Round = 'empty' | 'waiting' | 'signed_out' | 'wrong_token' | 'unreachable'

const PHOTO_TIMEOUT_MS = 120_000

/** Sends what is due until nothing is, or until the session or the network ends it. `onChange` after each op. */
export async function sendAll(store: Store, transport: Transport, onChange: () => void = () => undefined): Promise<Round> {
  for (;;) {
    const db = await store.db()
    const ops = await db.getAll('outbox')
    if (!ops.length) return 'empty'
    const op = nextDue(ops, Date.now())
    if (!op) return 'waiting'
    const verdict = await sendOne(store, transport, op)
    onChange()
    if (verdict === 'unreachable' || verdict.kind === 'signed_out' || verdict.kind === 'wrong_token') {
      return verdict === 'unreachable' ? verdict : verdict.kind
    }
  }
}

/** Tries one op. The try is written down first, so that a phone killed in the middle knows that the server may have it. */
export async function sendOne(store: Store, transport: Transport, op: Op): Promise<Verdict | 'unreachable'> {
  const db = await store.db()
  const tries = op.tries + 1
  await db.put('outbox', { ...op, tries, not_before: Date.now() + pauseAfter(tries) })
  const call = await callFor(store, op)
  if (!call) {
    // Its row is gone from this phone, so there is nothing left to send.
    await db.delete('outbox', op.key)
    return { kind: 'done' }
  }
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
  const gone = op.deed === 'delete' && (answer.status === 404 || answer.status === 410) && answer.body !== null
  if (gone) return { kind: 'done' }
  return verdictOn(answer.status, answer.body, confirms(op, answer.status, answer.body, sha256), answer.retryAfter)
}

interface OutgoingCall {
  method: string
  path: string
  json?: unknown
  bytes?: ArrayBuffer
  headers?: Record<string, string>
  timeoutMs?: number
  sha256: string | null
}

/** The request of an op, from its row as it is now; null when the row is no longer here. */
async function callFor(store: Store, op: Op): Promise<OutgoingCall | null> {
  const db = await store.db()
  const path = `${PATH_OF[op.kind]}${op.id}/`
  if (op.deed === 'delete') return { method: 'DELETE', path, sha256: null }
  if (op.deed === 'restore') return { method: 'POST', path: `${path}restore/`, sha256: null }
  if (op.kind === 'photo') {
    const photo = await db.get('photos', op.id)
    if (!photo?.bytes || !photo.sha256) return null
    const headers: Record<string, string> = { 'Content-Type': photo.type, 'X-Content-SHA256': photo.sha256 }
    if (photo.taken_at) headers['X-Taken-At'] = photo.taken_at
    return { method: 'PUT', path: `${path}?entry=${photo.entry}`, bytes: photo.bytes, headers, timeoutMs: PHOTO_TIMEOUT_MS, sha256: photo.sha256 }
  }
  if (op.kind === 'answer') {
    const alert = await db.get('alerts', op.id)
    return alert?.answer ? { method: 'POST', path: `${path}acknowledge/`, json: alert.answer, sha256: null } : null
  }
  const row = (await db.get(STORE_OF[op.kind], op.id)) as EntryRow | undefined
  if (!row) return null
  const base = row.revision === null ? {} : { base_revision: row.revision }
  return { method: 'PUT', path, json: { ...row.data, ...base }, sha256: null }
}

/** Ends the op if nothing changed meanwhile, and keeps the revision and the hashes the receipt speaks of. */
async function confirmed(store: Store, op: Op, body: unknown): Promise<void> {
  const db = await store.db()
  const name = STORE_OF[op.kind]
  const tx = db.transaction(['outbox', 'photos', name], 'readwrite')
  const now = await tx.objectStore('outbox').get(op.key)
  const unchanged = now?.stamp === op.stamp
  if (unchanged) await tx.objectStore('outbox').delete(op.key)
  else if (now) await tx.objectStore('outbox').put({ ...now, tries: 0, not_before: 0 })
  const row = await tx.objectStore(name).get(op.id)
  if (row && op.deed === 'delete' && unchanged) await tx.objectStore(name).put({ ...row, gone: true } as never)
  else if (row && op.kind === 'photo') await tx.objectStore('photos').put({ ...row, bytes: null } as never)
  else if (row && op.kind !== 'answer') {
    await tx.objectStore(name).put({ ...row, revision: revisionIn(body) ?? (row as EntryRow).revision } as never)
  }
  if (op.kind === 'entry') {
    // An earlier try of a photo may have arrived although its answer was lost: the receipt says so.
    for (const [id, hash] of Object.entries(receiptIn(body)?.photos ?? {})) {
      const photo = await tx.objectStore('photos').get(id)
      if (!photo?.bytes || photo.sha256 !== hash) continue
      await tx.objectStore('photos').put({ ...photo, bytes: null })
      await tx.objectStore('outbox').delete(keyOf('photo', id))
    }
  }
  await tx.done
}

/** Leaves the op in the queue with what the answer said of it. */
async function postponed(store: Store, op: Op, verdict: Verdict): Promise<void> {
  const db = await store.db()
  const tx = db.transaction('outbox', 'readwrite')
  const now = await tx.store.get(op.key)
  if (now && now.stamp === op.stamp) {
    if (verdict.kind === 'conflict') await tx.store.put({ ...now, state: 'conflict' })
    else if (verdict.kind === 'refused') await tx.store.put({ ...now, state: 'refused', problem: verdict.problem })
    else if (verdict.kind === 'again' && verdict.after !== null) await tx.store.put({ ...now, not_before: Date.now() + verdict.after })
    // The session's fault, not the entry's: no back-off for it.
    else if (verdict.kind !== 'again') await tx.store.put({ ...now, not_before: 0 })
  }
  await tx.done
}

/** Keeps the server's version beside ours, so that both can be shown offline too. */
async function rememberTheirs(store: Store, transport: Transport, op: Op): Promise<void> {
  try {
    const theirs = await transport.request('GET', `${PATH_OF[op.kind]}${op.id}/`)
    if (theirs.status !== 200) return
    const db = await store.db()
    await db.put('meta', { key: `theirs:${op.key}`, value: theirs.body })
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

/** Tries a refused op again, or gives it up (its row stays on the phone until the server's version is pulled). */
export async function retryRefused(store: Store, key: string): Promise<void> {
  const db = await store.db()
  const op = await db.get('outbox', key)
  if (op) await db.put('outbox', { ...op, state: 'waiting', problem: null, tries: 0, not_before: 0, stamp: op.stamp + 1 })
}
