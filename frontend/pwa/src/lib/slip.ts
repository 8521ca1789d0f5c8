/** A slip of the finger, asked about before saving: ten times too much, inches for centimetres, two axes swapped. */
import { sigmaLog } from './measure'

export interface Sizes {
  length_mm?: number | null
  width_mm?: number | null
  depth_mm?: number | null
  method?: string | null
}
export interface Slip {
  kind: 'times' | 'swapped'
  /** What the sizes would be without the slip. */
  meant: Sizes
}

const AXES = ['length_mm', 'width_mm', 'depth_mm'] as const
const FACTORS = [10, 1 / 10, 2.54, 1 / 2.54, 25.4, 1 / 25.4]

/**
 * Null unless some axis is more than 5 SD from the median of its last three readings and undoing one slip brings every
 * axis within 2 SD (the rule `typo`). `before`: the earlier readings of the segment, oldest first.
 */
export function slipIn(now: Sizes, before: Sizes[]): Slip | null {
  const level: Partial<Record<(typeof AXES)[number], number>> = {}
  for (const axis of AXES) {
    const last = before.map((entry) => entry[axis]).filter((mm): mm is number => mm != null).slice(-3)
    if (last.length) level[axis] = median(last)
  }
  const away = (sizes: Sizes): number[] =>
    AXES.flatMap((axis) => {
      const mm = sizes[axis]
      const usual = level[axis]
      return mm != null && usual !== undefined ? [Math.abs(Math.log(mm / usual)) / sigmaLog(usual, now.method)] : []
    })
  const distances = away(now)
  if (!distances.length || Math.max(...distances) <= 5) return null
  for (const factor of FACTORS) {
    const meant: Sizes = { ...now }
    for (const axis of AXES) {
      const mm = now[axis]
      const usual = level[axis]
      if (mm != null && usual !== undefined && Math.abs(Math.log(mm / usual)) / sigmaLog(usual, now.method) > 5) meant[axis] = round(mm / factor)
    }
    if (Math.max(...away(meant)) <= 2) return { kind: 'times', meant }
  }
  const swapped: Sizes = { ...now, length_mm: now.width_mm, width_mm: now.length_mm }
  if (now.length_mm != null && now.width_mm != null && Math.max(...away(swapped)) <= 2) return { kind: 'swapped', meant: swapped }
  return null
}

const round = (mm: number): number => Math.round(mm * 10) / 10

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
