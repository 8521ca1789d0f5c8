import { beforeAll, describe, expect, it } from 'vitest'
import { uuid7 } from '../src/core/ids'
import { saveEntry } from '../src/core/save'
import { aboutVisit } from '../src/screens/share/visits'
import { register } from '../src/words'
import { english } from '../src/words/en'
import { aLump, anEntry, aPhoto, freshStore } from './helpers'

describe('what was looked at with a link', () => {
  beforeAll(() => register(english))

  it('is a photo by its lump and day, where this phone has it', async () => {
    const store = freshStore()
    const { lump } = await aLump(store)
    const photo = aPhoto(1)
    await saveEntry(store, uuid7(), anEntry(lump), [photo])
    expect(await aboutVisit(store, { what: 'photo', detail: photo.id })).toMatch(/^Lower back, .*2026$/)
    expect(await aboutVisit(store, { what: 'photo', detail: uuid7() })).toBe('')
  })

  it('is a file by what it is for, and a new kind of file by its name', async () => {
    const store = freshStore()
    expect(await aboutVisit(store, { what: 'file', detail: 'lump-diary.pdf' })).toBe('the report (PDF)')
    expect(await aboutVisit(store, { what: 'file', detail: 'new.txt' })).toBe('new.txt')
    expect(await aboutVisit(store, { what: 'opened', detail: '' })).toBe('')
  })
})
