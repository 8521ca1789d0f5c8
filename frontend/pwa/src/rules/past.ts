/** What was there before: "usual", "new" and the days they look back on (the twin of tracker/rules/past.py). */
import { DAY, type Look, median } from './facts'

export const GRADED = ['redness', 'warmth', 'tenderness', 'pain'] as const
export type Graded = (typeof GRADED)[number]
const USUAL_DAYS = [2, 28] as const
const NEW_DAYS = [7, 60] as const

/** 0-3, 0-10 for pain, 0 or 1 for warmth; null: not recorded. */
export function level(entry: Look, sign: Graded): number | null {
  const value = entry[sign]
  return value == null ? null : Number(value)
}

export class Past {
  constructor(private readonly entries: Look[]) {}

  /** The median 2-28 days back; none recorded then: the latest earlier entry; no earlier entry: 0. */
  usual(where: number, sign: Graded): number {
    const found = this.recorded(where, USUAL_DAYS, sign)
    return found.length ? median(found) : (this.latestBefore(where, sign) ?? 0)
  }

  /** There now, and not there 7-60 days back (none recorded then: not in the latest earlier entry). */
  isNew(where: number, sign: Graded): boolean {
    if (!level(this.entries[where]!, sign)) return false
    const found = this.recorded(where, NEW_DAYS, sign)
    return found.length ? !found.some(Boolean) : !this.latestBefore(where, sign)
  }

  private latestBefore(where: number, sign: Graded): number | null {
    for (let place = where - 1; place >= 0; place--) {
      const value = level(this.entries[place]!, sign)
      if (value !== null) return value
    }
    return null
  }

  private recorded(where: number, [newest, oldest]: readonly [number, number], sign: Graded): number[] {
    const at = this.entries[where]!.at
    return this.entries
      .slice(0, where)
      .filter((entry) => entry.at >= at - oldest * DAY && entry.at <= at - newest * DAY)
      .map((entry) => level(entry, sign))
      .filter((value) => value !== null)
  }
}
