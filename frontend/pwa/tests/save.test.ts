import { describe, expect, it, vi } from 'vitest'
import { getMeta, setMeta } from '../src/core/database'
import { sha256, uuid7 } from '../src/core/ids'
import { remove, SaveFailed, saveEntry, undoRemove } from '../src/core/save'
import { aLump, anEntry, aPhoto, freshStore } from './helpers'

describe('saving an entry', () => {
  it('has entry, photos and their ops there when it resolves', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const id = uuid7()
    const photos = [aPhoto(1), aPhoto(2)]
    await saveEntry(store, id, anEntry(lump), photos)
    const db = await store.db()
    expect((await db.get('entries', id))?.data).toEqual(anEntry(lump))
    for (const photo of photos) expect((await db.get('photos', photo.id))?.sha256).toBe(await sha256(photo.bytes))
    const ops = (await db.getAllFromIndex('outbox', 'seq')).map((op) => op.key)
    expect(ops.slice(2)).toEqual([`entry:${id}`, `photo:${photos[0]!.id}`, `photo:${photos[1]!.id}`])
  })

  it('takes the draft away in the same breath', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    await setMeta(store, `draft:${lump}`, { id: 'typed' })
    await saveEntry(store, uuid7(), anEntry(lump), [], `draft:${lump}`)
    expect(await getMeta(store, `draft:${lump}`)).toBeUndefined()
  })

  it('writes nothing when the phone is full, and says so', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const db = await store.db()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore) {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const id = uuid7()
    await expect(saveEntry(store, id, anEntry(lump), [aPhoto(1)])).rejects.toMatchObject({ why: 'quota' })
    put.mockRestore()
    expect(await db.get('entries', id)).toBeUndefined()
    expect(await db.count('photos')).toBe(0)
  })

  it('takes the entry back when only the photo does not fit', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const original = IDBObjectStore.prototype.put
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown) {
      if (this.name === 'photos') throw new DOMException('full', 'QuotaExceededError')
      return original.call(this, value)
    })
    const id = uuid7()
    await expect(saveEntry(store, id, anEntry(lump), [aPhoto(1)])).rejects.toBeInstanceOf(SaveFailed)
    put.mockRestore()
    expect(await (await store.db()).get('entries', id)).toBeUndefined()
  })

  it('opens the store again when the browser closed it', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    ;(await store.db()).close()
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump))
    expect((await (await store.db()).get('entries', id))?.id).toBe(id)
  })

  it('says so when the store stays closed', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const real = IDBDatabase.prototype.transaction
    const closing = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      this.close()
      return real.apply(this, args)
    })
    await expect(saveEntry(store, uuid7(), anEntry(lump))).rejects.toMatchObject({ why: 'closed' })
    closing.mockRestore()
    expect(await (await store.db()).count('entries')).toBe(0)
  })

  it('does not call it saved when it cannot be read back', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const id = uuid7()
    let reads = 0
    const honest = IDBObjectStore.prototype.get
    const lying = vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
      if (this.name === 'entries' && key === id && ++reads > 1) return honest.call(this, 'not there')
      return honest.call(this, key)
    })
    await expect(saveEntry(store, id, anEntry(lump))).rejects.toMatchObject({ why: 'read_back' })
    lying.mockRestore()
  })

  it('keeps its place and age in the queue when it is changed before it was sent', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const [first, second] = [uuid7(), uuid7()]
    await saveEntry(store, first, anEntry(lump))
    await saveEntry(store, second, anEntry(lump))
    const db = await store.db()
    const before = await db.get('outbox', `entry:${first}`)
    await saveEntry(store, first, anEntry(lump, { pain: 5 }))
    const after = await db.get('outbox', `entry:${first}`)
    expect(after).toMatchObject({ seq: before!.seq, since: before!.since, stamp: before!.stamp + 1 })
    expect(await db.count('outbox')).toBe(4)
  })
})

describe('removing', () => {
  it('waits for the undo time, and undo before it leaves a put', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const id = uuid7()
    await saveEntry(store, id, anEntry(lump))
    await remove(store, 'entry', id)
    const db = await store.db()
    expect((await db.get('entries', id))?.gone).toBe(true)
    expect(await db.get('outbox', `entry:${id}`)).toMatchObject({ deed: 'delete' })
    expect((await db.get('outbox', `entry:${id}`))!.not_before).toBeGreaterThan(Date.now() + 5000)
    await undoRemove(store, 'entry', id)
    expect((await db.get('entries', id))?.gone).toBe(false)
    expect(await db.get('outbox', `entry:${id}`)).toMatchObject({ deed: 'put', not_before: 0 })
  })
})
