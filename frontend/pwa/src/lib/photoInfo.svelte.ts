/** What the server says of a photo: is it ready, was it refused, what was measured in it. Kept on the phone for offline. */
import { getMeta, setMeta, type Store } from '../core/database'
import type { Point } from '../photo/geometry'
import { rows, transport } from './app.svelte'

export interface Size {
  length_mm: number | null
  length_sd: number | null
  width_mm: number | null
  width_sd: number | null
}
export interface TwoLines {
  length: [Point, Point]
  width?: [Point, Point] | null
}
export interface Analysis extends Size {
  ok: boolean
  reason: string | null
  print_percent: number | null
  flat: { width: number; height: number; mm_per_px: number } | null
  /** mm in the flat picture, from its upper left corner. */
  outline: Point[] | null
  ends: TwoLines | null
  dome_mm: number | null
  corrected?: (Size & { outline: Point[] | null; ends: TwoLines | null }) | null
}
export interface PhotoInfo {
  id: string
  state: 'processing' | 'ready' | 'refused'
  reason: string | null
  never_share?: boolean
  original_until?: string | null
  measuring?: boolean
  analysis: Analysis | null
}

const ASK_AGAIN_MS = 3000
const keyOf = (id: string): string => `photo:${id}`

export const knownInfo = (store: Store, id: string): Promise<PhotoInfo | undefined> => getMeta<PhotoInfo>(store, keyOf(id))
export const keepInfo = (store: Store, info: PhotoInfo): Promise<void> => setMeta(store, keyOf(info.id), info)

/** Nothing more is to come of it by itself. */
export const isSettled = (info: PhotoInfo | null | undefined): boolean => info?.state === 'refused' || (info?.state === 'ready' && !info.measuring)

/** Asks the server; null when it has no such photo (not arrived yet), undefined when it could not be asked. */
export async function askInfo(store: Store, id: string): Promise<PhotoInfo | null | undefined> {
  const answer = await transport.request('GET', `/api/photos/${id}/`).catch(() => null)
  if (!answer || (answer.status !== 200 && answer.status !== 404)) return undefined
  if (answer.status === 404) return null
  await keepInfo(store, answer.body as PhotoInfo)
  return answer.body as PhotoInfo
}

/** `value`: null while nothing is known. `reached`: whether the server answered last time. Asks again until it is settled. */
export function photoInfo(id: () => string): { readonly value: PhotoInfo | null; readonly reached: boolean | null; again(): void; put(info: PhotoInfo): void } {
  let value = $state.raw<PhotoInfo | null>(null)
  let reached = $state<boolean | null>(null)
  let round = $state(0)
  $effect(() => {
    const photo = id()
    void round
    let timer = 0
    let current = true
    const ask = async (): Promise<void> => {
      const found = await askInfo(rows(), photo)
      if (!current) return
      reached = found !== undefined
      if (found) value = found
      // Not while it lies in a pocket.
      if (found !== undefined && !isSettled(found)) timer = window.setTimeout(() => void (document.visibilityState === 'visible' ? ask() : (timer = window.setTimeout(ask, ASK_AGAIN_MS))), ASK_AGAIN_MS)
    }
    void knownInfo(rows(), photo).then((kept) => current && kept && (value ??= kept)).catch(() => undefined)
    void ask()
    return () => {
      current = false
      clearTimeout(timer)
    }
  })
  return {
    get value() {
      return value
    },
    get reached() {
      return reached
    },
    again: () => void (round += 1),
    put(info) {
      value = info
      void keepInfo(rows(), info).catch(() => undefined)
    },
  }
}
