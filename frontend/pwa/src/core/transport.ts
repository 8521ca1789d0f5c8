/** One way to the server. It says what came back and judges nothing; judging is outbox.ts and receipt.ts. */

export interface Answer {
  status: number
  /** The JSON of the answer, or null when it was not JSON. */
  body: unknown
  retryAfter: string | null
}

export interface Call {
  json?: unknown
  bytes?: ArrayBuffer
  headers?: Record<string, string>
}

export interface Transport {
  /** Throws `Unreachable` when no answer came; every HTTP status is an answer. */
  request(method: string, path: string, call?: Call): Promise<Answer>
}

export class Unreachable extends Error {}

/** Somebody signed in since the server last told us who it is: this answer may be about another account. */
export class OtherAccount extends Error {}

const JSON_TIMEOUT_MS = 20_000
/** A picture may take as long as it moves: longer than this without a byte, and the line is dead. */
const STALL_MS = 20_000

interface Raw {
  status: number
  text: string
  retryAfter: string | null
}
type Sender = (path: string, method: string, headers: Record<string, string>, body: ArrayBuffer | string | undefined) => Promise<Raw>

/**
 * Same-origin calls with the session's cookie. The CSRF token is the one that came with `GET /api/me/` and is never
 * re-read from the cookie: when somebody else signs in, the cookie turns and the server refuses this token, so one
 * account's unsent rows cannot land in another's diary.
 */
export function webTransport(
  csrf: () => string | Promise<string>,
  stillSame: () => boolean = () => true,
  fetcher: typeof fetch = (...args) => fetch(...args),
  upload: Sender = byProgress,
): Transport {
  const byFetch: Sender = async (path, method, headers, body) => {
    const response = await fetcher(path, {
      method, headers, body, credentials: 'same-origin', cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(JSON_TIMEOUT_MS),
    })
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('Retry-After') }
  }
  return {
    async request(method, path, call = {}) {
      const headers: Record<string, string> = { Accept: 'application/json', ...call.headers }
      if (method !== 'GET') headers['X-CSRFToken'] = await csrf()
      if (call.json !== undefined) headers['Content-Type'] = 'application/json'
      try {
        const json = call.json === undefined ? undefined : JSON.stringify(call.json)
        const { status, text, retryAfter } = await (call.bytes ? upload(path, method, headers, call.bytes) : byFetch(path, method, headers, json))
        if (!stillSame()) throw new OtherAccount()
        return { status, body: parsed(text), retryAfter }
      } catch (error) {
        if (error instanceof OtherAccount) throw error
        throw new Unreachable(String(error))
      }
    },
  }
}

/** By XMLHttpRequest, which tells how far a body has gone; fetch cannot tell a slow line from a dead one. */
const byProgress: Sender = (path, method, headers, body) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let timer: ReturnType<typeof setTimeout>
    const moving = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), STALL_MS)
    }
    request.open(method, path)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = moving
    request.onload = () => resolve({ status: request.status, text: request.responseText, retryAfter: request.getResponseHeader('Retry-After') })
    request.onerror = request.onabort = () => reject(new Error('no answer'))
    request.onloadend = () => clearTimeout(timer)
    moving()
    request.send(body)
  })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
