/** Sizes as the rules use them: what a change must exceed, and what a slip looks like (the twin of tracker/rules/sizes.py). */
import { DAY, type Look, median } from './facts'

const BEYOND_NOISE = 1.645 * Math.SQRT2
const TYPO_OFF = 5
const TYPO_MENDED = 2
const SLIPS = [10, 2.54, 25.4]
const SESSION = 0.03
const ERRORS: Record<string, [relative: number, absoluteMm: number]> = {
  caliper: [0.05, 1], ruler: [0.07, 1], photo_card: [0.05, 1], ultrasound: [0.05, 1], scan: [0.06, 1], eye: [0.15, 3],
}

export type Axes = [length: number | null, width: number | null, depth: number | null]

export interface Reading {
  id: string
  at: number
  axes: Axes
  method: string | null
  longest: number | null
}

export function readingOf(entry: Look): Reading {
  const axes: Axes = [entry.length_mm ?? null, entry.width_mm ?? null, entry.depth_mm ?? null]
  const across = axes.slice(0, 2).filter((mm) => mm !== null)
  return { id: entry.id, at: entry.at, axes, method: entry.method ?? null, longest: across.length ? Math.max(...across) : null }
}

/** SD of ln(diameter) of one reading; `session` adds the 3 % that all axes of a session share. */
export function sigma(mm: number, method: string | null, session = true): number {
  const [relative, absolute] = ERRORS[method ?? 'ruler'] ?? ERRORS.ruler!
  return Math.hypot(relative, absolute / mm, session ? SESSION : 0)
}

const agrees = (now: number, before: number, method: string | null): boolean => Math.abs(Math.log(now / before)) <= BEYOND_NOISE * sigma(now, method)

/** The longest axis against its median over the 28 days before, beyond the error of two readings. */
export function isUp(reading: Reading, earlier: Reading[]): boolean {
  const window = earlier.filter((r) => r.longest !== null && reading.at - r.at <= 28 * DAY).map((r) => r.longest!)
  if (reading.longest === null || !window.length) return false
  return Math.log(reading.longest / median(window)) > BEYOND_NOISE * sigma(reading.longest, reading.method)
}

export interface Slip {
  kind: 'times' | 'swap'
  /** The axes without the slip. */
  meant: Axes
}

/**
 * What would mend a reading that cannot be right, or null: some axis is more than 5 errors from the median of its last
 * three readings, and every axis within 2 once a factor is undone where it is needed, or two axes are exchanged.
 * `earlier`: the counting readings of the segment, oldest first.
 */
export function slipIn(reading: Reading, earlier: Reading[]): Slip | null {
  const usual = reading.axes.map((_, axis) => {
    const last = earlier.map((r) => r.axes[axis]!).filter((mm) => mm !== null).slice(-3)
    return last.length ? median(last) : null
  })
  const off = (mm: number, axis: number): number => Math.abs(Math.log(mm / usual[axis]!)) / sigma(usual[axis]!, reading.method)
  const knownIn = (axes: (number | null)[]): number[] => [0, 1, 2].filter((axis) => axes[axis] !== null && usual[axis] !== null)
  const known = knownIn(reading.axes)
  if (!known.some((axis) => off(reading.axes[axis]!, axis) > TYPO_OFF)) return null
  for (const factor of SLIPS) {
    for (const undone of [1 / factor, factor]) {
      const meant = reading.axes.map((mm, axis) => (mm !== null && usual[axis] !== null && off(mm, axis) > TYPO_MENDED ? mm * undone : mm)) as Axes
      if (known.every((axis) => off(meant[axis]!, axis) <= TYPO_MENDED)) return { kind: 'times', meant }
    }
  }
  for (const [one, other] of [[0, 1], [0, 2], [1, 2]] as const) {
    if (reading.axes[one] === null || reading.axes[other] === null) continue
    const meant = [...reading.axes] as Axes
    ;[meant[one], meant[other]] = [meant[other], meant[one]]
    const fits = knownIn(meant)
    if (fits.length && fits.every((axis) => off(meant[axis]!, axis) <= TYPO_MENDED)) return { kind: 'swap', meant }
  }
  return null
}

/** Whether two readings share an axis and agree on every one they share. */
export function agreeOnAxes(one: Reading, other: Reading): boolean {
  const shared = one.axes.flatMap((a, axis) => (a !== null && other.axes[axis] !== null ? [[a, other.axes[axis]!] as const] : []))
  return shared.length > 0 && shared.every(([a, b]) => agrees(a, b, one.method))
}
