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
  timeoutMs?: number
}

export interface Transport {
  /** Throws `Unreachable` when no answer came; every HTTP status is an answer. */
  request(method: string, path: string, call?: Call): Promise<Answer>
}

export class Unreachable extends Error {}

/** Somebody signed in since the server last told us who it is: this answer may be about another account. */
export class OtherAccount extends Error {}

const JSON_TIMEOUT_MS = 20_000

/**
 * Same-origin calls with the session's cookie. The CSRF token is the one that came with `GET /api/me/` and is never
 * re-read from the cookie: when somebody else signs in, the cookie turns and the server refuses this token, so one
 * account's unsent rows cannot land in another's diary.
 */
export function webTransport(
  csrf: () => string | Promise<string>,
  stillSame: () => boolean = () => true,
  fetcher: typeof fetch = (...args) => fetch(...args),
): Transport {
  return {
    async request(method, path, call = {}) {
      const headers: Record<string, string> = { Accept: 'application/json', ...call.headers }
      if (method !== 'GET') headers['X-CSRFToken'] = await csrf()
      if (call.json !== undefined) headers['Content-Type'] = 'application/json'
      let response: Response
      try {
        response = await fetcher(path, {
          method,
          headers,
          body: call.bytes ?? (call.json === undefined ? undefined : JSON.stringify(call.json)),
          credentials: 'same-origin',
          cache: 'no-store',
          redirect: 'error',
          signal: AbortSignal.timeout(call.timeoutMs ?? JSON_TIMEOUT_MS),
        })
        const text = await response.text()
        if (!stillSame()) throw new OtherAccount()
        return { status: response.status, body: parsed(text), retryAfter: response.headers.get('Retry-After') }
      } catch (error) {
        if (error instanceof OtherAccount) throw error
        throw new Unreachable(String(error))
      }
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
