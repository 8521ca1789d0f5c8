/** The sentence above the chart: plain words for the person whose lump it is, from the engine's numbers, without a verdict. */
import type { Trend } from '../../lib/trend.svelte'
import { t } from '../../words'

const DAY = 86_400_000
/** Below this many readings nothing is said about growth. */
const ENOUGH = 4

/** "in a day", "in 5 weeks", "in a year". */
export function inTime(days: number): string {
  if (days < 14) return t('lump.in_days', { n: Math.max(1, Math.round(days)) })
  if (days < 60) return t('lump.in_weeks', { n: Math.round(days / 7) })
  if (days < 345 || (days > 385 && days < 640)) return t('lump.in_months', { n: Math.round(days / 30.44) })
  return t('lump.in_years', { n: Math.round(days / 365.25) })
}

/** What changes a month, between two limits in percent of the size across. */
function change(low: number, high: number): string {
  const [from, to] = [Math.round(low), Math.round(high)]
  if (from > 0) return t('lump.says_larger', { from, to })
  if (to < 0) return t('lump.says_smaller', { from: -to, to: -from })
  if (!from && !to) return t('lump.says_same')
  const side = (percent: number): string => (percent ? t(percent < 0 ? 'lump.side_smaller' : 'lump.side_larger', { n: Math.abs(percent) }) : t('lump.side_none'))
  return t('lump.says_unclear', { low: side(from), high: side(to) })
}

/** `times`: when each size was measured, in ms; `trend`: what the server made of them, null when it was never heard. */
export function saysOf(times: number[], trend: Trend | null): string {
  if (!times.length) return t('lump.says_none')
  const count = (of: number[]): string => t('lump.says_count', { n: of.length, time: inTime((Math.max(...of) - Math.min(...of)) / DAY) })
  if (times.length < ENOUGH) return times.length > 1 ? `${count(times)} ${t('lump.says_early')}` : `${t('lump.says_one')} ${t('lump.says_early')}`
  if (!trend) return `${count(times)} ${t('lump.says_later')}`
  const { low, high } = trend.growth
  if (low == null || high == null) return `${count(times)} ${t('lump.says_early')}`
  // Growth is told of what was measured since the last treatment or injury: the count is of the same.
  const series = trend.series ?? []
  const now = series.filter(({ segment }) => segment === series.at(-1)?.segment).map(({ at }) => new Date(at).getTime())
  return `${count(now.length ? now : times)} ${change(low, high)}`
}
