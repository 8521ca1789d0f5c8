/** Whether an answer of the server confirms exactly what this phone holds. Nothing is dropped locally on less. */
import type { Op } from './types'

interface Receipt {
  id?: unknown
  revision?: unknown
  photos?: Record<string, unknown>
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** The receipt in an entry's answer, or null. */
export function receiptIn(body: unknown): Receipt | null {
  const receipt = asObject(body).receipt
  return typeof receipt === 'object' && receipt !== null ? (receipt as Receipt) : null
}

/** Revision the answer speaks of, or null when it names none. */
export function revisionIn(body: unknown): number | null {
  const found = receiptIn(body)?.revision ?? asObject(body).revision
  return Number.isInteger(found) ? (found as number) : null
}

/** The hash the server has for photo `id`, or null. */
export function photoHashIn(body: unknown, id: string): string | null {
  const answer = asObject(body)
  const hash = receiptIn(body)?.photos?.[id] ?? asObject(answer.photos)[id] ?? answer.received_sha256 ?? answer.sha256
  return typeof hash === 'string' ? hash.toLowerCase() : null
}

/** True when `body` confirms `op`. `sha256` is the hash of the photo's bytes on this phone. */
export function confirms(op: Pick<Op, 'kind' | 'id' | 'deed'>, status: number, body: unknown, sha256: string | null = null): boolean {
  if (op.deed === 'delete') return status === 204 || asObject(body).deleted === true
  if (op.kind === 'answer') return asObject(body).id === op.id
  if (op.kind === 'photo' && op.deed === 'put') return sha256 !== null && photoHashIn(body, op.id) === sha256
  if (op.kind === 'entry' && op.deed === 'put') return receiptIn(body)?.id === op.id && revisionIn(body) !== null
  return asObject(body).id === op.id && (revisionIn(body) !== null || op.kind === 'reminder')
}
