/** How two photos are laid over one another: as CSS matrices from a picture's own pixels to a square stage. */
import { getMeta, setMeta, type Store } from '../core/database'
import type { Analysis } from '../lib/photoInfo.svelte'
import { middle, moved, type Point, type Similarity, similarity } from './geometry'

/** Two places on the skin, as fractions of the picture's width and height. */
export type Marks = [Point, Point]

export const knownMarks = (store: Store, photo: string): Promise<Marks | undefined> => getMeta<Marks>(store, `marks:${photo}`)
export const keepMarks = (store: Store, photo: string, marks: Marks): Promise<void> => setMeta(store, `marks:${photo}`, marks)

export interface Side {
  /** Pixels of the picture that is shown. */
  width: number
  height: number
}

/** The whole picture in the middle of the stage. */
export function contained({ width, height }: Side, stage: number): Similarity {
  const scale = stage / Math.max(width, height)
  return [scale, 0, 0, scale, (stage - width * scale) / 2, (stage - height * scale) / 2]
}

type Flat = Analysis & { flat: NonNullable<Analysis['flat']> }
export const isFlat = (analysis: Analysis | null | undefined): analysis is Flat => !!analysis?.flat && (analysis.ok || analysis.reason === 'no_outline')

/** What of the lump is shown around it, as a multiple of its longest way. */
const ROOM = 2.2
const LEAST_MM = 24

/** Width of the stage in mm, so that the larger of the two fits with skin around it and neither shows much beyond its picture. */
export function stageMm(a: Flat, b: Flat): number {
  const lump = Math.max(...[a, b].map((one) => one.corrected?.length_mm ?? one.length_mm ?? 0))
  const flat = Math.max(...[a, b].map(({ flat: { width, height, mm_per_px } }) => Math.max(width, height) * mm_per_px))
  return lump ? Math.min(flat, Math.max(LEAST_MM, lump * ROOM)) : flat
}

/** A flat picture at `mm` across the stage, the lump's middle in the stage's middle. */
export function byCard({ flat, outline, corrected }: Flat, mm: number, stage: number): Similarity {
  const edge = corrected?.outline ?? outline
  const centre: Point = edge ? middle(edge) : [(flat.width * flat.mm_per_px) / 2, (flat.height * flat.mm_per_px) / 2]
  const scale = (stage / mm) * flat.mm_per_px
  return [scale, 0, 0, scale, stage / 2 - (centre[0] * stage) / mm, stage / 2 - (centre[1] * stage) / mm]
}

const inPixels = ({ width, height }: Side, [x, y]: Point): Point => [x * width, y * height]

/** The second picture where its two places fall onto those of the first, which lies as `first` says. */
export function byMarks(first: Similarity, a: Side, marksA: Marks, b: Side, marksB: Marks): Similarity | null {
  const to = marksA.map((mark) => moved(first, inPixels(a, mark))) as [Point, Point]
  return similarity(marksB.map((mark) => inPixels(b, mark)) as [Point, Point], to)
}

/** A round length for a scale drawn on the stage, and how wide it is in pixels. */
export function scaleRule(mm: number, stage: number): { mm: number; px: number } {
  const length = [50, 20, 10, 5].find((one) => one <= mm / 3) ?? 5
  return { mm: length, px: (length * stage) / mm }
}
