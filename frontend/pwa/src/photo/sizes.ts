/** Sizes in the flat picture while they are being moved; the server has the last word on them and on their errors. */
import type { Analysis, Size, TwoLines } from '../lib/photoInfo.svelte'
import { distance, type Ends, endsOf, type Point, resampled, smooth } from './geometry'

/** 95 %, as everywhere in the app. */
const TWO_SIDED = 1.96
/** Of a photo with the card, where the server said nothing: relative, and in mm. */
const RELATIVE = 0.05
const ABSOLUTE_MM = 1
const POINTS = 12
/** What is shown around the lump: as a multiple of its longest way, and at least so many mm. */
const ROOM = 1.9
const LEAST_MM = 16

export const canBeMeasured = (analysis: Analysis | null | undefined): analysis is Analysis & { flat: NonNullable<Analysis['flat']> } =>
  !!analysis?.flat && (analysis.ok || analysis.reason === 'no_outline')

/** The two lines to begin with: the person's own, else the proposed ones, else a cross in the middle to be dragged. */
export function firstEnds(analysis: Analysis): Ends {
  const given = analysis.corrected ?? analysis
  const ends = given.ends ?? (given.outline ? endsOf(given.outline) : null)
  const { width, height, mm_per_px } = analysis.flat!
  const [x, y, arm] = [(width * mm_per_px) / 2, (height * mm_per_px) / 2, (Math.min(width, height) * mm_per_px) / 5]
  const cross: Ends = { length: [[x - arm, y], [x + arm, y]], width: [[x, y - arm * 0.8], [x, y + arm * 0.8]] }
  return ends ? { length: ends.length, width: ends.width ?? cross.width } : cross
}

/** Points on the edge to begin with, few enough for fingers; null where there is no edge to begin from. */
export function firstEdge(analysis: Analysis): Point[] | null {
  const outline = analysis.corrected?.outline ?? (analysis.corrected?.ends ? null : analysis.outline) ?? analysis.outline
  return outline && outline.length >= 3 ? resampled(outline, POINTS) : null
}

export const edgeThrough = (points: Point[]): Point[] => smooth(points)

/**
 * Sizes of two lines in mm. The server takes into account that a raised lump is nearer to the lens: by the same share
 * as in its own proposal.
 */
export function sizeOfEnds(ends: TwoLines, analysis: Analysis): Size {
  const of = (line: [Point, Point] | null | undefined, own: [Point, Point] | null | undefined, mm: number | null, sd: number | null): [number | null, number | null] => {
    if (!line) return [null, null]
    const share = own && mm && distance(...own) > 0 ? mm / distance(...own) : 1
    const size = distance(...line) * (Math.abs(share - 1) < 0.3 ? share : 1)
    return [size, mm && sd ? (size * sd) / mm : Math.hypot(size * RELATIVE, ABSOLUTE_MM)]
  }
  const [length_mm, length_sd] = of(ends.length, analysis.ends?.length, analysis.length_mm, analysis.length_sd)
  const [width_mm, width_sd] = of(ends.width, analysis.ends?.width, analysis.width_mm, analysis.width_sd)
  return { length_mm, length_sd, width_mm, width_sd }
}

export interface View {
  x: number
  y: number
  width: number
  height: number
}

/** The lump with some skin around it, in pixels of the flat picture; with nothing known of it, the whole picture. */
export function viewOf(analysis: Analysis & { flat: NonNullable<Analysis['flat']> }, ends: Ends): View {
  const { width, height, mm_per_px } = analysis.flat
  const whole = { x: 0, y: 0, width, height }
  if (!analysis.outline && !analysis.corrected) return whole
  const [a, b] = ends.length
  const side = Math.max(distance(a, b) * ROOM, LEAST_MM) / mm_per_px
  const at = (k: 0 | 1, full: number): number => Math.max(0, Math.min((a[k] + b[k]) / 2 / mm_per_px - side / 2, full - side))
  return side >= Math.min(width, height) ? whole : { x: at(0, width), y: at(1, height), width: side, height: side }
}

/** Half the 95 % interval, in mm: what "give or take" says. */
export const giveOrTake = (sd: number | null): number => TWO_SIDED * (sd ?? 0)

export const tenth = (mm: number | null): number | null => (mm === null ? null : Math.round(mm * 10) / 10)

/** What the entry holds and the photo would replace: a size of another way of measuring, or another size. */
export function mustAsk(entry: { length_mm?: number | null; width_mm?: number | null; method?: string | null }, size: Size): boolean {
  if (entry.length_mm == null && entry.width_mm == null) return false
  const same = entry.length_mm === tenth(size.length_mm) && (entry.width_mm ?? null) === tenth(size.width_mm)
  return !same && entry.method !== 'photo_card'
}
