/** What only the server knows (members, tokens, links): asked when a screen needs it, and not kept on the phone. */
import { problemOf } from '../core/outbox'
import { app, transport } from './app.svelte'

/** `ok`: the server did it. `problem`: its sentence when it did not; empty when no answer came. */
export interface Told<T> {
  ok: boolean
  status: number
  body: T | null
  problem: string
}

export async function ask<T>(method: string, path: string, json?: unknown): Promise<Told<T>> {
  try {
    const { status, body } = await transport.request(method, path, json === undefined ? {} : { json })
    const ok = status >= 200 && status < 300
    return { ok, status, body: ok ? (body as T) : null, problem: ok ? '' : problemOf(body) }
  } catch {
    return { ok: false, status: 0, body: null, problem: '' }
  }
}

/** All of a list, page by page; null when it could not be had. */
export async function askAll<T>(path: string): Promise<T[] | null> {
  const all: T[] = []
  for (let next: string | null = path; next; ) {
    const told: Told<{ results: T[]; next: string | null }> = await ask('GET', next)
    if (!told.body?.results) return null
    all.push(...told.body.results)
    const address: URL | null = told.body.next ? new URL(told.body.next, location.origin) : null
    next = address && address.pathname + address.search
  }
  return all
}

/** `value` is undefined while it is asked for, null when it could not be had. Asked again when the phone is back online. */
export function remote<T>(load: () => Promise<T | null>): { readonly value: T | null | undefined; again(): Promise<void> } {
  let value = $state.raw<T | null>()
  const again = async (): Promise<void> => {
    value = (await load()) ?? (value || null)
  }
  // The whole status is new after each round of the sender; only a signal that came back is a reason to ask again.
  const reachable = $derived(app.status.reachable !== false)
  $effect(() => {
    void reachable
    void again()
  })
  return {
    get value() {
      return value
    },
    again,
  }
}
