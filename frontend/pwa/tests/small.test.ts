import { describe, expect, it } from 'vitest'
import { csrfCookie } from '../src/core/account'
import { sha256, uuid7 } from '../src/core/ids'
import { dueAt, isDue, pauseAfter, queued, verdictOn, waitingIn } from '../src/core/outbox'
import { confirms } from '../src/core/receipt'
import { sameData } from '../src/core/rows'
import { OtherAccount, Unreachable, webTransport } from '../src/core/transport'
import type { Op } from '../src/core/types'
import { crc32, zip } from '../src/core/zip'
import { inUnit, nearestThing, parseSize, sizeText, stepped } from '../src/lib/measure'
import { parseTemperature } from '../src/lib/temperature'
import { isUp, readingOf, slipIn } from '../src/rules/sizes'
import { isAppFile, isShellPage, outdated, pushText } from '../src/worker/rules'

const op = (more: Partial<Op>): Op => ({ ...queued(undefined, { kind: 'entry', id: 'a', deed: 'put', seq: 1, now: 0 }), ...more })

describe('ids', () => {
  it('are version 7 and sort by time', () => {
    const [early, late] = [uuid7(1_000), uuid7(2_000)]
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(early < late).toBe(true)
    expect(new Set(Array.from({ length: 1000 }, () => uuid7(5))).size).toBe(1000)
  })
  it('hash as the server does', async () => {
    expect(await sha256(new TextEncoder().encode('abc').buffer)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('the queue', () => {
  it('pauses longer each time, never over half a minute', () => {
    expect([1, 2, 3, 9].map((tries) => pauseAfter(tries, 1))).toEqual([1000, 2000, 4000, 25_000])
    expect(pauseAfter(3, 0)).toBe(3000)
  })
  it('has a time for each op, and for the whole of it the earliest that nothing holds up', () => {
    const lump = op({ key: 'lump:l', not_before: 50 })
    const entry = op({ key: 'entry:a', needs: ['lump:l'] })
    expect([isDue(lump, 10), isDue(lump, 50), isDue(op({ state: 'refused' }), 60)]).toEqual([false, true, false])
    expect(dueAt([lump, entry])).toBe(50)
    expect(dueAt([op({ state: 'conflict' })])).toBeNull()
  })
  it('counts photos with their entry', () => {
    const ops = [op({ key: 'entry:a', since: 5 }), op({ key: 'photo:p', kind: 'photo', needs: ['entry:a'] }), op({ key: 'photo:q', kind: 'photo', needs: ['entry:b'], since: 7 })]
    expect(waitingIn(ops)).toEqual({ count: 2, oldest: 0, conflicts: 0, refused: 0 })
  })
  it.each([
    [200, {}, true, 'done'], [201, {}, true, 'done'], [200, {}, false, 'again'], [200, null, false, 'again'], [204, null, false, 'again'],
    [401, { detail: 'x' }, false, 'signed_out'], [403, { detail: 'CSRF Failed: x' }, false, 'wrong_token'], [403, { detail: 'no' }, false, 'refused'],
    [404, { detail: 'no' }, false, 'refused'], [404, null, false, 'again'], [409, {}, false, 'conflict'], [413, { detail: 'big' }, false, 'refused'],
    [429, { detail: 'slow' }, false, 'again'], [500, null, false, 'again'], [302, null, false, 'again'],
  ] as const)('reads %i %j (matching: %s) as %s', (status, body, matches, kind) => {
    expect(verdictOn(status, body, matches, null).kind).toBe(kind)
  })
})

describe('a receipt', () => {
  const entry = { kind: 'entry', id: 'a', deed: 'put' } as const
  it('must be about this very thing', () => {
    expect(confirms(entry, 200, { id: 'a', revision: 2, receipt: { id: 'a', revision: 2, photos: {} } })).toBe(true)
    expect(confirms(entry, 200, { id: 'a', revision: 2 })).toBe(false)
    expect(confirms(entry, 200, { receipt: { id: 'b', revision: 2 } })).toBe(false)
    expect(confirms(entry, 200, { receipt: { id: 'a' } })).toBe(false)
  })
  it('must name the photo’s hash', () => {
    const photo = { kind: 'photo', id: 'p', deed: 'put' } as const
    expect(confirms(photo, 201, { id: 'p', received_sha256: 'AB' }, 'ab')).toBe(true)
    expect(confirms(photo, 201, { id: 'p', received_sha256: 'cd' }, 'ab')).toBe(false)
    expect(confirms(photo, 201, { id: 'p' }, 'ab')).toBe(false)
    expect(confirms(photo, 201, { id: 'p', received_sha256: null }, null)).toBe(false)
  })
})

describe('the way to the server', () => {
  const answering = (status: number, text: string): typeof fetch => async () => new Response(text, { status })
  it('gives what came, JSON or not', async () => {
    expect(await webTransport(() => 'x', () => true, answering(200, '<html>')).request('GET', '/')).toEqual({ status: 200, body: null, retryAfter: null })
  })
  it('sends the token with writes only', async () => {
    const seen: [string, string | null][] = []
    const fetcher: typeof fetch = async (_, init) => {
      seen.push([init!.method!, new Headers(init!.headers).get('X-CSRFToken')])
      return new Response('{}')
    }
    const transport = webTransport(() => 'token', () => true, fetcher)
    await transport.request('GET', '/')
    await transport.request('PUT', '/', { json: {} })
    expect(seen).toEqual([['GET', null], ['PUT', 'token']])
  })
  it('waits with a write until the server has told the token, and sends none without it', async () => {
    const seen: (string | null)[] = []
    const fetcher: typeof fetch = async (_, init) => {
      seen.push(new Headers(init!.headers).get('X-CSRFToken'))
      return new Response('{}')
    }
    let tell = (_token: string): void => undefined
    const told = new Promise<string>((resolve) => (tell = resolve))
    const sent = webTransport(() => told, () => true, fetcher).request('POST', '/', { json: {} })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(seen).toEqual([])
    tell('token')
    await sent
    expect(seen).toEqual(['token'])
    await expect(webTransport(() => Promise.reject(new Unreachable('nobody said')), () => true, fetcher).request('PUT', '/')).rejects.toBeInstanceOf(Unreachable)
    expect(seen).toHaveLength(1)
  })
  it('says when there was no answer, and when it may be somebody else’s', async () => {
    const broken: typeof fetch = () => Promise.reject(new TypeError('x'))
    await expect(webTransport(() => '', () => true, broken).request('GET', '/')).rejects.toBeInstanceOf(Unreachable)
    await expect(webTransport(() => '', () => false, answering(200, '{}')).request('GET', '/')).rejects.toBeInstanceOf(OtherAccount)
  })
  it('reads the cookie under any of its names', () => {
    expect(csrfCookie('a=1; csrftoken=abc; b=2')).toBe('abc')
    expect(csrfCookie('__Host-csrftoken=xyz')).toBe('xyz')
    expect(csrfCookie('nothing=1')).toBe('')
  })
})

describe('sizes', () => {
  it('are read in the unit they are typed in', () => {
    expect([parseSize('21', 'mm'), parseSize('2,15', 'cm'), parseSize('0.8', 'in'), parseSize('', 'mm'), parseSize('0', 'mm'), parseSize('501', 'mm'), parseSize('x', 'mm')]).toEqual([21, 21.5, 20.3, null, null, null, null])
  })
  it('step, and show, in that unit', () => {
    expect([stepped(21, 'mm', 1), stepped(21.4, 'mm', -1), stepped(21, 'cm', 1), stepped(0.6, 'mm', -1), stepped(500, 'mm', 1)]).toEqual([22, 20, 22, 1, 500])
    expect([inUnit(21.5, 'cm'), inUnit(20.3, 'in'), sizeText([21, null, 5], 'mm')]).toEqual(['2.15', '0.8', '21 × 5 mm'])
    expect(nearestThing(17)).toBe('grape')
  })
  it('slip in the ways fingers do', () => {
    const look = (length_mm: number, width_mm: number | null, at = 0) => readingOf({ id: String(at), at, length_mm, width_mm, method: 'ruler' })
    const before = [look(21, 14), look(22, 15), look(21, 14)]
    expect(slipIn(look(22, 15), before)).toBeNull()
    expect(slipIn(look(210, 140), before)?.meant.map((mm) => mm && Math.round(mm))).toEqual([21, 14, null])
    expect(slipIn(look(8.3, 5.5), before)?.kind).toBe('times')
    expect(slipIn(look(90, 40), before)).toBeNull()
    const long = [look(60, 15), look(61, 15), look(60, 14)]
    expect(slipIn(look(15, 60), long)).toMatchObject({ kind: 'swap', meant: [60, 15, null] })
    expect(isUp(look(30, null), before)).toBe(true)
  })
  it('have temperatures beside them in °C or °F', () => {
    expect([parseTemperature('36,8'), parseTemperature('98.2'), parseTemperature('38 °C'), parseTemperature('20'), parseTemperature('')]).toEqual([36.8, 36.8, 38, null, null])
  })
})

describe('rows', () => {
  it('are the same whatever the order of keys, null like absent', () => {
    expect(sameData({ a: 1, b: null, c: { d: 1, e: 2 } }, { c: { e: 2, d: 1 }, a: 1 })).toBe(true)
    expect(sameData({ a: [] }, { a: null })).toBe(false)
  })
})

describe('the service worker', () => {
  it('keeps the files of the version before for tabs that still run it', () => {
    expect(outdated(['shell-1', 'shell-2', 'other', 'shell-3'], 'shell-3')).toEqual(['shell-1'])
    expect(outdated(['shell-3'], 'shell-3')).toEqual([])
    expect([isAppFile('/static/app/assets/a.js'), isAppFile('/static/css/a.css'), isAppFile('/api/me/')]).toEqual([true, false, false])
  })
  it('answers for the app’s pages only', () => {
    expect([isShellPage('/app'), isShellPage('/app/lumps/1'), isShellPage('/application'), isShellPage('/s/')]).toEqual([true, true, false, false])
  })
  it('always has something to show, and leads nowhere else', () => {
    for (const sent of [null, undefined, 'x', {}, { title: '' }]) expect(pushText(sent)).toMatchObject({ title: 'Lump Diary', path: '/app/' })
    expect(pushText({ title: 'A', body: 'B', path: '/app/lumps/1' })).toMatchObject({ title: 'A', body: 'B', path: '/app/lumps/1' })
    for (const path of ['https://evil.test/', '/accounts/', '/app/../x?y', 'javascript:1']) expect(pushText({ path }).path).toBe('/app/')
  })
})

describe('the file of what is unsent', () => {
  it('is a zip others can read', async () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
    const bytes = new Uint8Array(await zip([{ name: 'a.txt', bytes: new TextEncoder().encode('hello') }]).arrayBuffer())
    const view = new DataView(bytes.buffer)
    expect([view.getUint32(0, true), view.getUint32(bytes.length - 22, true), view.getUint16(bytes.length - 12, true)]).toEqual([0x04034b50, 0x06054b50, 1])
  })
})
