import { describe, expect, it } from 'vitest'
import { getMeta } from '../src/core/database'
import { uuid7 } from '../src/core/ids'
import { waitingIn } from '../src/core/outbox'
import { pullAll } from '../src/core/pull'
import { lumpRows } from '../src/core/queries'
import { answerAlert, remove, saveEntry, undoRemove } from '../src/core/save'
import { sendAll, settle } from '../src/core/send'
import { Store } from '../src/core/database'
import { FakeServer, type Fault, FAULTS } from './fake_server'
import { aLump, anEntry, aPhoto, chance, dueNow, freshStore, sendUntilEmpty } from './helpers'

const sha = (server: FakeServer, id: string): string | undefined => server.photos.get(id)?.sha256

describe('sending', () => {
  it('sends in order and drops a photo only when its hash came back', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const id = uuid7()
    const photo = aPhoto(1)
    await saveEntry(store, id, anEntry(lump), [photo])
    const server = new FakeServer()
    expect(await sendAll(store, server)).toBe('empty')
    expect(server.calls.map((call) => call.split('/')[2])).toEqual(['people', 'lumps', 'entries', 'photos'])
    const kept = await (await store.db()).get('photos', photo.id)
    expect(kept?.bytes).toBeNull()
    expect(kept?.sha256).toBe(sha(server, photo.id))
  })

  it.each(FAULTS)('loses and doubles nothing when every second request meets: %s', async (fault) => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const ids = Array.from({ length: 5 }, () => uuid7())
    for (const [n, id] of ids.entries()) await saveEntry(store, id, anEntry(lump, { pain: n }), [aPhoto(n)])
    let n = 0
    const server = new FakeServer(() => (n++ % 2 ? null : fault))
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect([...server.rows.entries.keys()].sort()).toEqual([...ids].sort())
    expect(server.photos.size).toBe(5)
    for (const photo of await (await store.db()).getAll('photos')) expect(sha(server, photo.id)).toBe(photo.sha256)
  })

  it('keeps 300 entries with 0-4 photos through random faults and a phone killed at any moment', async () => {
    const random = chance(7)
    const account = `chaos-${Date.now()}`
    let store = new Store(account)
    let broken = true
    const server = new FakeServer(() => (broken && random() < 0.5 ? FAULTS[Math.floor(random() * FAULTS.length)]! : null))
    const { lump } = await aLump(store)
    const saved = new Map<string, { pain: number; photos: string[] }>()
    for (let n = 0; n < 300; n++) {
      const id = uuid7()
      const photos = Array.from({ length: Math.floor(random() * 5) }, (_, i) => aPhoto(n * 5 + i, 64))
      await saveEntry(store, id, anEntry(lump, { pain: n % 11 }), photos)
      saved.set(id, { pain: n % 11, photos: photos.map((photo) => photo.id) })
      if (n % 6 === 0) {
        // Killed in the middle of a round: the promise is abandoned, the database opened anew.
        await dueNow(store)
        const round = sendAll(store, server).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, random() * 4))
        store.close()
        await round
        store = new Store(account)
      }
    }
    broken = false
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.rows.entries.size).toBe(300)
    expect(server.photos.size).toBe([...saved.values()].reduce((sum, entry) => sum + entry.photos.length, 0))
    for (const [id, entry] of saved) {
      expect(server.rows.entries.get(id)!.body.pain).toBe(entry.pain)
      for (const photo of entry.photos) expect(sha(server, photo)).toBe((await (await store.db()).get('photos', photo))!.sha256)
    }
  }, 60_000)

  it('lets nothing pass what it needs: no entry before its lump', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    await saveEntry(store, uuid7(), anEntry(lump))
    const server = new FakeServer((_, path) => (path.includes('/lumps/') ? 'error_500' : null))
    expect(await sendAll(store, server)).toBe('waiting')
    expect(server.calls.some((call) => call.includes('/entries/'))).toBe(false)
  })

  it('stops at 401 and keeps the queue without a pause', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    await saveEntry(store, uuid7(), anEntry(lump))
    let out = true
    const server = new FakeServer(() => (out ? 'signed_out' : null))
    expect(await sendAll(store, server)).toBe('signed_out')
    expect(server.calls).toHaveLength(1)
    out = false
    expect(await sendAll(store, server)).toBe('empty')
  })

  it('keeps what the server refused, with its reason, and goes on with the rest', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const [bad, good] = [uuid7(), uuid7()]
    await saveEntry(store, bad, anEntry(lump, { note: 'refuse me' }), [aPhoto(1)])
    await saveEntry(store, good, anEntry(lump))
    const server = new FakeServer()
    const db = await store.db()
    for (const _time of [1, 2, 3]) {
      expect(await db.get('outbox', `entry:${bad}`)).toMatchObject({ state: 'waiting' })
      await dueNow(store)
      await sendAll(store, server)
    }
    expect(await db.get('outbox', `entry:${bad}`)).toMatchObject({ state: 'refused', problem: 'Please write something else.' })
    expect(server.rows.entries.has(good)).toBe(true)
    await saveEntry(store, bad, anEntry(lump, { note: 'better' }))
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.photos.size).toBe(1)
  })

  it('does not end a change made while the older content was on its way', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump, { pain: 1 }))
    const server = new FakeServer()
    const slow = { request: async (...args: Parameters<FakeServer['request']>) => {
      const result = await server.request(...args)
      if (args[1].includes('/entries/') && server.rows.entries.get(id)?.body.pain === 1) await saveEntry(store, id, anEntry(lump, { pain: 9 }))
      return result
    } }
    expect(await sendUntilEmpty(store, slow)).toBe(true)
    expect(server.rows.entries.get(id)!.body.pain).toBe(9)
    expect(server.rows.entries.get(id)!.revision).toBe(2)
  })

  it('replays each request ten times as one row', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    await saveEntry(store, uuid7(), anEntry(lump), [aPhoto(3)])
    const server = new FakeServer()
    const again = { request: async (...args: Parameters<FakeServer['request']>) => {
      for (let n = 0; n < 9; n++) await server.request(...args)
      return server.request(...args)
    } }
    expect(await sendUntilEmpty(store, again)).toBe(true)
    expect([server.rows.people.size, server.rows.lumps.size, server.rows.entries.size, server.photos.size]).toEqual([1, 1, 1, 1])
    expect([...server.rows.entries.values()][0]!.revision).toBe(1)
  })
})

describe('conflicts', () => {
  async function conflicting() {
    const store = freshStore()
    const server = new FakeServer()
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump, { pain: 1 }))
    await sendAll(store, server)
    server.elsewhere('entries', id, anEntry(lump, { pain: 7 }) as unknown as Record<string, unknown>)
    await saveEntry(store, id, anEntry(lump, { pain: 3 }))
    await sendAll(store, server)
    return { store, server, id, theirs: (await getMeta<Record<string, unknown>>(store, `theirs:entry:${id}`))! }
  }

  it('keeps both versions and sends neither by itself', async () => {
    const { store, server, id, theirs } = await conflicting()
    const db = await store.db()
    expect(await db.get('outbox', `entry:${id}`)).toMatchObject({ state: 'conflict' })
    expect((await db.get('entries', id))!.data.pain).toBe(3)
    expect(theirs.pain).toBe(7)
    await pullAll(store, server)
    expect((await db.get('entries', id))!.data.pain).toBe(3)
    await dueNow(store)
    await sendAll(store, server)
    expect(server.rows.entries.get(id)!.body.pain).toBe(7)
    expect(waitingIn(await db.getAll('outbox')).conflicts).toBe(1)
  })

  it('shows the one the person chose, and the server keeps the other', async () => {
    const mine = await conflicting()
    await settle(mine.store, `entry:${mine.id}`, 'mine', mine.theirs)
    expect(await sendUntilEmpty(mine.store, mine.server)).toBe(true)
    expect(mine.server.rows.entries.get(mine.id)!.body.pain).toBe(3)
    expect(mine.server.revisions.some(({ body }) => (body as { pain: number }).pain === 7)).toBe(true)

    const other = await conflicting()
    await settle(other.store, `entry:${other.id}`, 'theirs', other.theirs)
    expect(await sendUntilEmpty(other.store, other.server)).toBe(true)
    expect((await (await other.store.db()).get('entries', other.id))!.data.pain).toBe(7)
    expect(other.server.revisions.some(({ body }) => (body as { pain: number }).pain === 3)).toBe(true)
  })
})

describe('pulling', () => {
  it('brings other devices’ rows and tombstones by cursor, page by page', async () => {
    const store = freshStore()
    const server = new FakeServer()
    const { lump } = await aLump(store)
    await sendAll(store, server)
    for (let n = 0; n < 120; n++) server.elsewhere('entries', uuid7(), anEntry(lump, { pain: n % 11 }) as unknown as Record<string, unknown>)
    expect(await pullAll(store, server)).toBe(true)
    const db = await store.db()
    expect(await db.count('entries')).toBe(120)
    const [one] = await db.getAllKeys('entries')
    server.elsewhere('entries', one!, null)
    server.calls = []
    await pullAll(store, server)
    expect((await db.get('entries', one!))!.gone).toBe(true)
    expect(server.calls.filter((call) => call.includes('/entries/'))).toHaveLength(1)
  })

  it('never overwrites what is not sent yet', async () => {
    const store = freshStore()
    const server = new FakeServer()
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump, { pain: 1 }))
    await sendAll(store, server)
    await saveEntry(store, id, anEntry(lump, { pain: 2 }))
    server.elsewhere('entries', id, anEntry(lump, { pain: 8 }) as unknown as Record<string, unknown>)
    await pullAll(store, server)
    expect((await (await store.db()).get('entries', id))!.data.pain).toBe(2)
  })

  it('moves the cursor only with all its pages', async () => {
    const store = freshStore()
    let failing: Fault | null = null
    const server = new FakeServer((_, path) => (path.includes('page=1') ? failing : null))
    const { lump } = await aLump(store)
    await sendAll(store, server)
    for (let n = 0; n < 70; n++) server.elsewhere('entries', uuid7(), anEntry(lump) as unknown as Record<string, unknown>)
    failing = 'error_500'
    expect(await pullAll(store, server)).toBe(false)
    expect(await getMeta(store, 'cursor:entry')).toBeUndefined()
    failing = null
    expect(await pullAll(store, server)).toBe(true)
    expect(await (await store.db()).count('entries')).toBe(70)
  })

  it('forgets the lumps of a person one may no longer see, but nothing unsent', async () => {
    const store = freshStore()
    const server = new FakeServer()
    const gone = await aLump(store)
    const busy = await aLump(store)
    await sendAll(store, server)
    await pullAll(store, server)
    await saveEntry(store, uuid7(), anEntry(busy.lump))
    server.rows.people.clear()
    await pullAll(store, server)
    const db = await store.db()
    expect(await db.get('lumps', gone.lump)).toBeUndefined()
    expect(await db.get('lumps', busy.lump)).toBeDefined()
    expect(await db.count('entries')).toBe(1)
  })
})

describe('deleting', () => {
  it('tells the server, takes an old tombstone for an answer, and restores', async () => {
    const store = freshStore()
    const server = new FakeServer()
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump))
    await sendAll(store, server)
    await remove(store, 'entry', id)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.rows.entries.get(id)!.deleted).toBe(true)
    await undoRemove(store, 'entry', id)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.rows.entries.get(id)!.deleted).toBe(false)
    expect(server.calls.at(-1)).toBe(`POST /api/entries/${id}/restore/`)
  })
})

describe('removing a photo that was sent', () => {
  async function sent() {
    const [store, server] = [freshStore(), new FakeServer()]
    const { lump } = await aLump(store)
    const id = uuid7()
    const [photo, other] = [aPhoto(1), aPhoto(2)]
    await saveEntry(store, id, anEntry(lump), [photo, other])
    await sendAll(store, server)
    const shown = async (): Promise<string[]> => (await lumpRows(store, lump)).photos.map((row) => row.id).sort()
    return { store, server, photo: photo.id, both: [photo.id, other.id].sort(), other: other.id, shown }
  }

  it('tells the server, and brings it back', async () => {
    const { store, server, photo, both, other, shown } = await sent()
    await remove(store, 'photo', photo)
    expect(await shown()).toEqual([other])
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.photos.get(photo)!.deleted).toBe(true)
    await pullAll(store, server)
    expect(await shown()).toEqual([other])
    await undoRemove(store, 'photo', photo)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.photos.get(photo)!.deleted).toBe(false)
    await pullAll(store, server)
    expect(await shown()).toEqual(both)
  })

  it('asks for nothing when it is undone in time', async () => {
    const { store, server, photo, both, shown } = await sent()
    await remove(store, 'photo', photo)
    await undoRemove(store, 'photo', photo)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.calls.some((call) => call.startsWith('DELETE'))).toBe(false)
    expect(await shown()).toEqual(both)
  })

  it('takes away what another device removed, and never what waits here', async () => {
    const { store, server, photo, other, shown } = await sent()
    await pullAll(store, server)
    await server.request('DELETE', `/api/photos/${photo}/`)
    await pullAll(store, server)
    expect(await shown()).toEqual([other])
  })

  it('puts one that the server never had, although its removal was told', async () => {
    const [store, server] = [freshStore(), new FakeServer()]
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump))
    await sendAll(store, server)
    const photo = aPhoto(5)
    await saveEntry(store, id, anEntry(lump), [photo])
    await remove(store, 'photo', photo.id)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    await undoRemove(store, 'photo', photo.id)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.photos.get(photo.id)).toMatchObject({ entry: id, deleted: false })
  })
})

describe('what is under way while it changes', () => {
  it('takes a version of its own, whose answer was lost, for no conflict', async () => {
    const [store, server] = [freshStore(), new FakeServer()]
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump, { pain: 1 }))
    await sendAll(store, server)
    server.fault = (_, path) => (path.includes('/entries/') ? 'lost_after' : null)
    await saveEntry(store, id, anEntry(lump, { pain: 2 }))
    expect(await sendAll(store, server)).toBe('unreachable')
    server.fault = () => null
    await saveEntry(store, id, anEntry(lump, { pain: 3 }))
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.rows.entries.get(id)).toMatchObject({ body: { pain: 3 }, revision: 3 })
  })

  it('does not forget a removal that comes while the entry is being sent', async () => {
    const [store, server] = [freshStore(), new FakeServer()]
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump), [aPhoto(1)])
    const slow = { request: async (...args: Parameters<FakeServer['request']>) => {
      if (args[0] === 'PUT' && args[1].includes('/entries/')) await remove(store, 'entry', id)
      return server.request(...args)
    } }
    expect(await sendUntilEmpty(store, slow)).toBe(true)
    expect(server.rows.entries.get(id)!.deleted).toBe(true)
    expect(server.photos.size).toBe(0)
    await undoRemove(store, 'entry', id)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.rows.entries.get(id)!.deleted).toBe(false)
    expect(server.photos.size).toBe(1)
  })

  it('brings back a row whose removal was told without an answer, and then its unsent change', async () => {
    const [store, server] = [freshStore(), new FakeServer()]
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump, { pain: 1 }))
    await sendAll(store, server)
    await saveEntry(store, id, anEntry(lump, { pain: 2 }))
    await remove(store, 'entry', id)
    await dueNow(store)
    server.fault = () => 'lost_after'
    await sendAll(store, server)
    server.fault = () => null
    expect(server.rows.entries.get(id)!.deleted).toBe(true)
    await undoRemove(store, 'entry', id)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.rows.entries.get(id)).toMatchObject({ deleted: false, body: { pain: 2 } })
  })

  it('leaves with a removed lump what was never sent, and brings it back with it', async () => {
    const [store, server] = [freshStore(), new FakeServer()]
    const { lump } = await aLump(store)
    await saveEntry(store, uuid7(), anEntry(lump), [aPhoto(1)])
    await remove(store, 'lump', lump)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect([server.rows.lumps.size, server.rows.entries.size]).toEqual([0, 0])
    await undoRemove(store, 'lump', lump)
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect([server.rows.lumps.size, server.rows.entries.size, server.photos.size]).toEqual([1, 1, 1])
  })
})

describe('answers to advice', () => {
  it('are kept here and brought to the server', async () => {
    const store = freshStore()
    const server = new FakeServer()
    const alert = { id: uuid7(), lump: 'x', rule: 'growth.rapid', urgency: 'soon', words: '', because: '', source: '', opened_at: '2026-03-01T00:00:00Z', state: 'open' }
    server.alerts = [alert]
    await pullAll(store, server)
    await answerAlert(store, alert.id, 'examined', '2026-03-02')
    await pullAll(store, server)
    expect((await (await store.db()).get('alerts', alert.id))!.state).toBe('acknowledged')
    expect(await sendUntilEmpty(store, server)).toBe(true)
    expect(server.answered).toEqual([{ id: alert.id, how: 'examined', on: '2026-03-02' }])
  })
})

describe('two accounts on one phone', () => {
  it('keep apart what they have', async () => {
    const [alice, bob] = [freshStore(), freshStore()]
    const { lump } = await aLump(alice)
    await saveEntry(alice, uuid7(), anEntry(lump))
    expect(await (await bob.db()).count('entries')).toBe(0)
    expect(await sendAll(bob, new FakeServer())).toBe('empty')
    expect(await (await alice.db()).count('outbox')).toBe(3)
  })
})
