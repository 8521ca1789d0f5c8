/** Sizes as people type them, and as the diary keeps them: mm with one decimal. */
import type { Unit } from '../core/types'

const MM: Record<Unit, number> = { mm: 1, cm: 10, in: 25.4 }
export const MAX_MM = 500
/** One tap of the stepper, in the unit shown. */
export const STEP: Record<Unit, number> = { mm: 1, cm: 0.1, in: 0.05 }

const tenth = (mm: number): number => Math.round(mm * 10) / 10

/** "2,3" or "2.3" in `unit` as mm with one decimal; null when it is no size the diary can keep. */
export function parseSize(text: string, unit: Unit): number | null {
  const number = Number(text.trim().replace(',', '.'))
  if (!text.trim() || !Number.isFinite(number)) return null
  const mm = tenth(number * MM[unit])
  return mm > 0 && mm <= MAX_MM ? mm : null
}

/** The number to show for `mm` in `unit`, without trailing zeros. */
export function inUnit(mm: number, unit: Unit): string {
  const digits = unit === 'in' ? 2 : unit === 'cm' ? 2 : 1
  return String(Number((mm / MM[unit]).toFixed(digits)))
}

/** `mm` moved by one step of `unit`, kept within what the diary takes. */
export function stepped(mm: number, unit: Unit, direction: 1 | -1): number {
  const step = STEP[unit] * MM[unit]
  return tenth(Math.min(MAX_MM, Math.max(step, Math.round(mm / step + direction) * step)))
}

/** "21 × 17 mm", the axes that are there. */
export function sizeText(mm: (number | null | undefined)[], unit: Unit): string {
  const known = mm.filter((value): value is number => value != null)
  return known.length ? `${known.map((value) => inUnit(value, unit)).join(' × ')} ${unit}` : ''
}

export const THINGS = [
  { name: 'lentil', mm: 5 },
  { name: 'pea', mm: 8 },
  { name: 'grape', mm: 18 },
  { name: 'walnut', mm: 30 },
  { name: 'golf_ball', mm: 43 },
] as const

/** The known thing nearest in size, by ratio. */
export function nearestThing(mm: number): (typeof THINGS)[number]['name'] {
  const distance = (thing: (typeof THINGS)[number]): number => Math.abs(Math.log(mm / thing.mm))
  return [...THINGS].sort((a, b) => distance(a) - distance(b))[0]!.name
}
