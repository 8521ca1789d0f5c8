/** The queue of what the server has not confirmed: pure rules about which is next and what an answer means. */
import type { Deed, Kind, Op } from './types'

/** Longest pause between two tries while the app is open; with the timer it keeps "server back -> queue empty" under a minute. */
const LONGEST_PAUSE_MS = 25_000

export const keyOf = (kind: Kind, id: string): string => `${kind}:${id}`

/** Pause before the next try: 1, 2, 4 … seconds, a quarter of it by chance so that phones do not come back all at once. */
export function pauseAfter(tries: number, chance: number = Math.random()): number {
  const pause = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.max(0, tries - 1))
  return Math.round(pause * (0.75 + 0.25 * chance))
}

/** A new op, or the waiting one brought up to date: its place in the queue and its age stay. */
export function queued(before: Op | undefined, next: { kind: Kind; id: string; deed: Deed; needs?: string[]; seq: number; now: number }): Op {
  return {
    key: keyOf(next.kind, next.id),
    kind: next.kind,
    id: next.id,
    deed: next.deed,
    needs: next.needs ?? [],
    seq: before?.seq ?? next.seq,
    since: before?.since ?? next.now,
    stamp: (before?.stamp ?? 0) + 1,
    tries: 0,
    not_before: 0,
    // A conflict waits for the person; another change must not send it past them.
    state: before?.state === 'conflict' ? 'conflict' : 'waiting',
    problem: before?.state === 'conflict' ? before.problem : null,
    refusals: 0,
    tried: before?.tried ?? [],
  }
}

/** Whether its time has come; what it needs is looked at apart. */
export const isDue = (op: Op, now: number): boolean => op.state === 'waiting' && op.not_before <= now

/** When the queue has something due again (ms since 1970), null when only a person or another op can move it on. */
export function dueAt(ops: Op[]): number | null {
  const unconfirmed = new Set(ops.map((op) => op.key))
  const free = ops.filter((op) => op.state === 'waiting' && !op.needs.some((key) => unconfirmed.has(key)))
  return free.length ? Math.min(...free.map((op) => op.not_before)) : null
}

export type Verdict =
  | { kind: 'done' }
  | { kind: 'again'; after: number | null }
  | { kind: 'signed_out' }
  | { kind: 'wrong_token' }
  | { kind: 'conflict' }
  | { kind: 'refused'; problem: string }
  | { kind: 'put_instead' }

/**
 * What an answer means for an op. Only a 2xx whose body is a matching receipt ends it; a captive portal's 200, a proxy's
 * page or a cut answer is "again". `matches` says whether the receipt is about this very content.
 */
export function verdictOn(status: number, body: unknown, matches: boolean, retryAfter: string | null): Verdict {
  if (status >= 200 && status < 300) return matches ? { kind: 'done' } : { kind: 'again', after: null }
  if (status === 401) return { kind: 'signed_out' }
  if (status === 409) return { kind: 'conflict' }
  if (status === 403 && /csrf/i.test(detailOf(body))) return { kind: 'wrong_token' }
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { kind: 'again', after: secondsOf(retryAfter) }
  // A 4xx page that is not ours (a proxy, a portal) says nothing about the entry.
  if (status >= 400 && isOurs(body)) return { kind: 'refused', problem: problemOf(body) }
  return { kind: 'again', after: null }
}

const isOurs = (body: unknown): boolean => typeof body === 'object' && body !== null && ('detail' in body || 'errors' in body)

function detailOf(body: unknown): string {
  const detail = (body as { detail?: unknown } | null)?.detail
  return typeof detail === 'string' ? detail : ''
}

/** The server's sentences, for the person: `{"detail", "errors": {field: [sentence]}}`. */
export function problemOf(body: unknown): string {
  const errors = (body as { errors?: Record<string, unknown> } | null)?.errors ?? {}
  const sentences = Object.values(errors).flatMap((value) => (Array.isArray(value) ? value : [value])).filter((v) => typeof v === 'string')
  return sentences.length ? sentences.join(' ') : detailOf(body)
}

function secondsOf(header: string | null): number | null {
  const seconds = Number(header)
  return header && Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0) * 1000, LONGEST_PAUSE_MS) : null
}

export interface Waiting {
  count: number
  /** When the oldest of them was made (ms since 1970), null when none. */
  oldest: number | null
  conflicts: number
  refused: number
}

/** What the header says: "3 waiting, oldest 2 days". Photos count with their entry, not by themselves. */
export function waitingIn(ops: Op[]): Waiting {
  const things = new Set(ops.map((op) => (op.kind === 'photo' ? (op.needs[0] ?? op.key) : op.key)))
  return {
    count: things.size,
    oldest: ops.length ? Math.min(...ops.map((op) => op.since)) : null,
    conflicts: ops.filter((op) => op.state === 'conflict').length,
    refused: ops.filter((op) => op.state === 'refused').length,
  }
}
