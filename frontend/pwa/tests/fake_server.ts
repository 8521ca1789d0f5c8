/** A server for the tests: keeps what is put, by the rules of docs/api.md, and fails in every way when told to. */
import { createHash } from 'node:crypto'
import type { Answer, Call, Transport } from '../src/core/transport'
import { Unreachable } from '../src/core/transport'

export const FAULTS = [
  'lost_before', 'lost_after', 'cut_answer', 'portal_page', 'error_500', 'error_503', 'too_many', 'timeout_after', 'wrong_receipt', 'empty_200', 'proxy_404_page',
  'signed_out', 'empty_body',
] as const
export type Fault = (typeof FAULTS)[number]

interface Kept {
  body: Record<string, unknown>
  revision: number
  deleted: boolean
  change: number
}

const KINDS = ['people', 'lumps', 'entries', 'events', 'reminders'] as const
type Kind = (typeof KINDS)[number]

export class FakeServer implements Transport {
  rows: Record<Kind, Map<string, Kept>> = { people: new Map(), lumps: new Map(), entries: new Map(), events: new Map(), reminders: new Map() }
  photos = new Map<string, { entry: string; sha256: string; puts: number; deleted: boolean }>()
  alerts: Record<string, unknown>[] = []
  answered: unknown[] = []
  revisions: { id: string; body: unknown }[] = []
  calls: string[] = []
  private change = 0

  constructor(public fault: (method: string, path: string) => Fault | null = () => null) {}

  async request(method: string, path: string, call: Call = {}): Promise<Answer> {
    this.calls.push(`${method} ${path}`)
    const fault = this.fault(method, path)
    if (fault === 'lost_before') throw new Unreachable('lost')
    if (fault === 'signed_out') return answer(401, { detail: 'Please sign in.' })
    if (fault === 'empty_body') return answer(400, { detail: 'This arrived empty.', errors: { '': ['This arrived empty.'] } })
    if (fault === 'error_500') return answer(500, null)
    if (fault === 'error_503') return answer(503, { detail: 'Back soon.' }, '1')
    if (fault === 'too_many') return answer(429, { detail: 'Slower.' }, '1')
    if (fault === 'portal_page' || fault === 'empty_200') return answer(200, null)
    if (fault === 'proxy_404_page') return answer(404, null)
    const true_ = this.handle(method, path, call)
    if (fault === 'lost_after' || fault === 'timeout_after') throw new Unreachable('lost')
    if (fault === 'cut_answer') return { ...true_, body: null }
    if (fault === 'wrong_receipt') return answer(200, { id: 'other', revision: 1, receipt: { id: 'other', revision: 1, photos: {} } })
    return true_
  }

  private handle(method: string, path: string, call: Call): Answer {
    const url = new URL(path, 'https://diary.test')
    const [, , kind, id, verb] = url.pathname.split('/')
    if (kind === 'photos') return method === 'PUT' ? this.photo(id!, url, call) : this.photoGone(method, id!)
    if (kind === 'alerts') return this.alert(method, id, call)
    const rows = this.rows[kind as Kind]
    if (!id) return this.list(rows, kind as Kind, url)
    const kept = rows.get(id)
    if (method === 'PUT') return this.put(rows, kind as Kind, id, call.json as Record<string, unknown>)
    if (!kept) return answer(404, { detail: 'Not found.' })
    if (method === 'DELETE') this.changed(kept, { deleted: true })
    else if (verb === 'restore') this.changed(kept, { deleted: false })
    if (method === 'DELETE') return answer(204, null)
    return answer(200, this.present(kind as Kind, id, kept))
  }

  private put(rows: Map<string, Kept>, kind: Kind, id: string, json: Record<string, unknown>): Answer {
    const { base_revision, ...body } = json
    const parent = kind === 'entries' || kind === 'events' ? this.rows.lumps.get(String(body.lump)) : kind === 'lumps' ? this.rows.people.get(String(body.person)) : true
    if (!parent) return answer(404, { detail: 'Not found.' })
    if (body.note === 'refuse me') return answer(400, { detail: 'Wrong.', errors: { note: ['Please write something else.'] } })
    const kept = rows.get(id)
    if (!kept) {
      rows.set(id, { body, revision: 1, deleted: false, change: ++this.change })
      return answer(201, this.present(kind, id, rows.get(id)!))
    }
    if (JSON.stringify(kept.body) === JSON.stringify(body) && !kept.deleted) return answer(200, this.present(kind, id, kept))
    if (base_revision !== undefined && base_revision !== kept.revision) {
      this.revisions.push({ id, body })
      return answer(409, { detail: 'It was changed elsewhere.' })
    }
    this.revisions.push({ id, body: kept.body })
    this.changed(kept, { body, revision: kept.revision + 1, deleted: false })
    return answer(200, this.present(kind, id, kept))
  }

  /** Another device's change. */
  elsewhere(kind: Kind, id: string, body: Record<string, unknown> | null): void {
    const kept = this.rows[kind].get(id)
    if (!kept) this.rows[kind].set(id, { body: body!, revision: 1, deleted: false, change: ++this.change })
    else this.changed(kept, body ? { body, revision: kept.revision + 1 } : { deleted: true })
  }

  private changed(kept: Kept, news: Partial<Kept>): void {
    Object.assign(kept, news, { change: ++this.change })
  }

  private photo(id: string, url: URL, call: Call): Answer {
    const sha256 = createHash('sha256').update(Buffer.from(call.bytes!)).digest('hex')
    const entry = url.searchParams.get('entry')!
    if (!this.rows.entries.has(entry)) return answer(404, { detail: 'Not found.' })
    if (call.headers?.['X-Content-SHA256'] !== sha256) return answer(400, { detail: 'The picture arrived damaged.' })
    const before = this.photos.get(id)
    this.photos.set(id, { entry, sha256, puts: (before?.puts ?? 0) + 1, deleted: before?.deleted ?? false })
    return answer(before ? 200 : 201, { id, state: 'processing', receipt: { id: entry, revision: 1, photos: { [id]: sha256 } } })
  }

  private photoGone(method: string, id: string): Answer {
    const photo = this.photos.get(id)
    if (!photo) return answer(404, { detail: 'Not found.' })
    photo.deleted = method === 'DELETE'
    this.changed(this.rows.entries.get(photo.entry)!, {})
    return photo.deleted ? answer(204, null) : answer(200, { id, entry: photo.entry, revision: 1, state: 'ready', received_sha256: photo.sha256 })
  }

  private alert(method: string, id: string | undefined, call: Call): Answer {
    if (method === 'GET') return answer(200, { results: this.alerts, next: null, previous: null, cursor: null })
    this.answered.push({ id, ...(call.json as object) })
    return answer(200, { id, state: 'acknowledged' })
  }

  private list(rows: Map<string, Kept>, kind: Kind, url: URL): Answer {
    const since = Number(url.searchParams.get('since') ?? 0)
    const page = Number(url.searchParams.get('page') ?? 0)
    const seen = ({ body }: Kept): boolean => {
      const lump = 'lump' in body ? this.rows.lumps.get(String(body.lump))?.body : body
      return !lump || !('person' in lump) || this.rows.people.has(String(lump.person))
    }
    const found = [...rows].filter(([, kept]) => seen(kept) && kept.change > since && (since > 0 || !kept.deleted)).sort((a, b) => a[1].change - b[1].change)
    const results = found.slice(page * 50, page * 50 + 50).map(([id, kept]) => (kept.deleted ? { id, deleted: true } : this.present(kind, id, kept)))
    const more = found.length > page * 50 + 50
    const next = more ? `http://inner:8000${url.pathname}?since=${since}&page=${page + 1}` : null
    return answer(200, { results, next, previous: null, cursor: more ? null : String(this.change) })
  }

  private present(kind: Kind, id: string, kept: Kept): Record<string, unknown> {
    const body = { id, ...kept.body, revision: kept.revision }
    if (kind === 'people') return { ...body, role: 'owner' }
    if (kind !== 'entries') return body
    const photos = Object.fromEntries([...this.photos].filter(([, photo]) => photo.entry === id && !photo.deleted).map(([key, photo]) => [key, photo.sha256]))
    return { ...body, receipt: { id, revision: kept.revision, photos }, advice: { urgency: 'none', findings: [] } }
  }
}

const answer = (status: number, body: unknown, retryAfter: string | null = null): Answer => ({ status, body: structuredClone(body), retryAfter })
