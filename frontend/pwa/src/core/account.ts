/**
 * Whose phone is it just now? Rows are shown only to the account they belong to. Offline, the session cannot be asked,
 * but Django turns the CSRF cookie at every sign-in: while the cookie is the one we saw when the server last told us
 * who this is (or none is there), nobody else has signed in here since.
 */
import type { Me } from './types'

const KEY = 'lump-diary-account'

interface Remembered {
  me: Omit<Me, 'csrf'>
  cookie: string
}

/** The readable CSRF cookie, or '' when there is none (a `__Host-` or other prefix is fine). */
export function csrfCookie(cookies: string = document.cookie): string {
  const found = cookies.split('; ').find((cookie) => /^(__Host-|__Secure-)?[a-z_]*csrftoken=/i.test(cookie))
  return found ? found.slice(found.indexOf('=') + 1) : ''
}

export function remember(me: Me, cookie: string = csrfCookie()): void {
  const { csrf: _, ...rest } = me
  localStorage.setItem(KEY, JSON.stringify({ me: rest, cookie } satisfies Remembered))
}

export function forgetAccount(): void {
  localStorage.removeItem(KEY)
}

const LEFT = 'lump-diary-signed-out'

/** Signed out where the server could not hear it: its session is to end before anything is shown again. */
export function rememberLeaving(cookie: string = csrfCookie()): void {
  localStorage.setItem(LEFT, cookie || '-')
}

/** True while such a session may still be there. Somebody who signed in since has turned the cookie. */
export function leavingIsUntold(cookie: string = csrfCookie()): boolean {
  const left = localStorage.getItem(LEFT)
  if (left !== null && cookie && left !== cookie) leavingIsTold()
  return localStorage.getItem(LEFT) !== null
}

export function leavingIsTold(): void {
  localStorage.removeItem(LEFT)
}

export type Known = { certain: true; me: Omit<Me, 'csrf'> } | { certain: false; me: null }

/** The account whose rows may be shown before the server has answered; not certain: wait for the server. */
export function lastAccount(cookie: string = csrfCookie()): Known {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Remembered | null
    if (kept?.me.id && (cookie === '' || cookie === kept.cookie)) return { certain: true, me: kept.me }
  } catch {
    // Unreadable: as if nobody had been here.
  }
  return { certain: false, me: null }
}

export type WhoAnswer = { kind: 'me'; me: Me } | { kind: 'signed_out' } | { kind: 'unreachable' }

/** Asks the server who is signed in. */
export async function askWho(fetcher: typeof fetch = (...args) => fetch(...args)): Promise<WhoAnswer> {
  try {
    const response = await fetcher('/api/me/', {
      credentials: 'same-origin', cache: 'no-store', redirect: 'error', headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(10_000),
    })
    if (response.status === 401 || response.status === 403) return { kind: 'signed_out' }
    const me = (await response.json()) as Me
    if (response.ok && typeof me.id !== 'undefined' && me.csrf) return { kind: 'me', me: { ...me, id: String(me.id) } }
  } catch {
    // No answer, or one that is not ours (a portal's page).
  }
  return { kind: 'unreachable' }
}
