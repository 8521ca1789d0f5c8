/** What is being typed on the log screen, kept as a draft after every change so that a killed app loses no field. */
import type { Store } from '../core/database'
import { getMeta, setMeta } from '../core/database'
import { uuid7 } from '../core/ids'
import type { NewPhoto } from '../core/save'
import type { Axis, EntryData, EntryRow } from '../core/types'
import { isoHere, localInput } from './dates'
import { parseTemperature } from './temperature'

type Answers = Partial<Omit<EntryData, 'lump' | 'measured_at'>>
interface Draft {
  id: string
  answers: Answers
  when: string | null
  photos: NewPhoto[]
}

/** What "as last time" does not copy: numbers that were read off something, and what belongs to one day. */
const OF_ONE_DAY = new Set(['lump', 'measured_at', 'length_mm', 'width_mm', 'depth_mm', 'method', 'typed', 'size_confirmed', 'temperature_c', 'note'])

export const MAX_PHOTOS = 4

export class EntryForm {
  id = $state('')
  answers = $state<Answers>({})
  /** Value of the datetime-local field; null: now. */
  when = $state<string | null>(null)
  photos = $state.raw<NewPhoto[]>([])
  badSize = $state<Partial<Record<Axis, boolean>>>({})
  /** The temperature as it was typed; what the diary can keep of it is among the answers. */
  temperature = $state('')
  fromDraft = $state(false)
  private timer = 0
  private closed = false

  private constructor(private readonly store: Store, readonly lump: string, readonly editing: EntryRow | null) {}

  /** The form of a new entry (with the draft, if one was left) or of an entry to change. */
  static async open(store: Store, lump: string, editing: EntryRow | null): Promise<EntryForm> {
    const form = new EntryForm(store, lump, editing)
    const draft = await getMeta<Draft | null>(store, form.draftKey).catch(() => undefined)
    if (draft) {
      form.id = draft.id
      form.answers = draft.answers
      form.when = draft.when
      form.photos = draft.photos
      form.fromDraft = true
    } else form.fresh()
    form.temperature = String(form.answers.temperature_c ?? '')
    return form
  }

  get draftKey(): string {
    return `draft:${this.editing?.id ?? this.lump}`
  }

  /** Back to the start: the entry as it stands, or empty. */
  fresh(): void {
    const { lump: _lump, measured_at, ...answers } = this.editing?.data ?? { lump: '', measured_at: null }
    this.id = this.editing?.id ?? uuid7()
    this.answers = structuredClone(answers)
    this.when = measured_at ? localInput(new Date(measured_at)) : null
    this.photos = []
    this.badSize = {}
    this.fromDraft = false
    this.temperature = String(this.answers.temperature_c ?? '')
  }

  typeTemperature(text: string): void {
    this.temperature = text
    this.set('temperature_c', parseTemperature(text))
  }

  get badTemperature(): boolean {
    return this.temperature.trim() !== '' && this.answers.temperature_c == null
  }

  set<K extends keyof Answers>(key: K, value: Answers[K]): void {
    this.answers[key] = value
    this.keepSoon()
  }

  setSize(axis: Axis, mm: number | null, typed: string | null, bad: boolean): void {
    this.answers[`${axis}_mm`] = mm
    const kept = { ...this.answers.typed }
    if (typed && !typed.endsWith(' mm')) kept[axis] = typed
    else delete kept[axis]
    this.answers.typed = Object.keys(kept).length ? kept : null
    this.answers.size_confirmed = null
    this.badSize[axis] = bad
    this.keepSoon()
  }

  copyFrom(last: EntryRow): void {
    for (const [key, value] of Object.entries(last.data)) {
      if (!OF_ONE_DAY.has(key)) (this.answers as Record<string, unknown>)[key] = structuredClone(value)
    }
    this.keepSoon()
  }

  copySize(last: EntryRow): void {
    const { length_mm, width_mm, depth_mm, method } = last.data
    Object.assign(this.answers, { length_mm, width_mm, depth_mm, method, typed: null, size_confirmed: null })
    this.badSize = {}
    this.keepSoon()
  }

  addPhotos(photos: NewPhoto[]): void {
    this.photos = [...this.photos, ...photos].slice(0, MAX_PHOTOS)
    void this.keep()
  }

  removePhoto(id: string): void {
    this.photos = this.photos.filter((photo) => photo.id !== id)
    void this.keep()
  }

  get hasSize(): boolean {
    return [this.answers.length_mm, this.answers.width_mm, this.answers.depth_mm].some((mm) => mm != null)
  }

  get isEmpty(): boolean {
    const said = Object.entries(this.answers).some(([key, value]) => key !== 'method' && value != null && value !== '')
    return !said && !this.photos.length
  }

  /** The entry as the diary keeps it: what was not answered is left out. */
  entry(now: Date = new Date()): EntryData {
    const said = Object.fromEntries(Object.entries($state.snapshot(this.answers)).filter(([, value]) => value != null && value !== ''))
    if (!this.hasSize) delete said.method
    else said.method ??= 'ruler'
    return { ...said, lump: this.lump, measured_at: isoHere(this.when ? new Date(this.when) : now) }
  }

  private keepSoon(): void {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.keep(), 250)
  }

  /** The draft is a courtesy: when the phone has no room for it, saving will say so. */
  async keep(): Promise<void> {
    clearTimeout(this.timer)
    if (this.closed) return
    const draft: Draft = { id: this.id, answers: $state.snapshot(this.answers) as Answers, when: this.when, photos: this.photos }
    await setMeta(this.store, this.draftKey, draft).catch(() => undefined)
  }

  /** While it is being saved nothing may write the draft again: it would be typed into another day, over this entry. */
  close(closed: boolean): void {
    clearTimeout(this.timer)
    this.closed = closed
  }

  async drop(): Promise<void> {
    clearTimeout(this.timer)
    const db = await this.store.db()
    await db.delete('meta', this.draftKey)
  }
}
