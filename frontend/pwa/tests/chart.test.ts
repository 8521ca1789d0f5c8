import { beforeAll, describe, expect, it } from 'vitest'
import type { EntryRow } from '../src/core/types'
import type { Trend } from '../src/lib/trend.svelte'
import { numbersAt, readingsOf } from '../src/screens/lump/readings'
import { inTime, saysOf } from '../src/screens/lump/says'
import { register } from '../src/words'
import { english } from '../src/words/en'

beforeAll(() => register(english))

const DAY = 86_400_000
const over = (days: number, n: number): number[] => Array.from({ length: n }, (_, index) => (index * days * DAY) / (n - 1))
const trend = (low: number | null, high: number | null, series: Trend['series'] = []): Trend => ({ growth: { readings: 9, percent_per_month: low, low, high }, series })

describe('the sentence above the chart', () => {
  it.each([
    [-1.2, 1.4, 'No clear change: somewhere between 1 % smaller and 1 % larger a month.'],
    [0.3, 2, 'No clear change: somewhere between the same size and 2 % larger a month.'],
    [-0.4, 0.2, 'No clear change: less than 1 % a month, up or down.'],
    [8.1, 12.2, 'The numbers go up: somewhere between 8 % and 12 % larger a month.'],
    [-12.2, -8.1, 'The numbers go down: somewhere between 8 % and 12 % smaller a month.'],
  ])('says %d to %d as "%s"', (low, high, words) => {
    expect(saysOf(over(365, 46), trend(low, high))).toBe(`46 measurements in a year. ${words.replaceAll(' %', '\u00a0%')}`)
  })
  it('says nothing of growth too early, whatever the server said', () => {
    expect(saysOf([], null)).toBe('Log a size to see it here.')
    expect(saysOf([0], trend(1, 9))).toBe('One measurement so far. It is too early to say if it changes.')
    expect(saysOf(over(30, 3), trend(1, 9))).toBe('3 measurements in 4 weeks. It is too early to say if it changes.')
    expect(saysOf(over(30, 5), trend(null, null))).toBe('5 measurements in 4 weeks. It is too early to say if it changes.')
    expect(saysOf(over(30, 5), null)).toContain('when there is a signal')
  })
  it('counts what the growth is told of: since the last treatment', () => {
    const series = over(300, 10).map((at, index) => ({ entry: `${index}`, at: new Date(at).toISOString(), segment: index < 4 ? 0 : 1, doubted: null }))
    expect(saysOf(over(300, 10), trend(-1, 1, series))).toMatch(/^6 measurements in 5 months\. /)
  })
  it.each([[0, 'in a day'], [9, 'in 9 days'], [21, 'in 3 weeks'], [100, 'in 3 months'], [364, 'in a year'], [500, 'in 16 months'], [800, 'in 2 years']])('calls %d days "%s"', (days, words) => {
    expect(inTime(days)).toBe(words)
  })
})

describe('the chart', () => {
  it('puts numbers that would touch under one, and never lets two overlap', () => {
    expect(numbersAt([10, 60, 120], 8).map(({ text }) => text)).toEqual(['1', '2', '3'])
    expect(numbersAt([10, 12, 120], 8)).toEqual([{ x: 11, text: '1–2' }, { x: 120, text: '3' }])
    // 2–3 grows wide enough to reach 1
    expect(numbersAt([10, 24, 30], 8).map(({ text }) => text)).toEqual(['1–3'])
    expect(numbersAt([], 8)).toEqual([])
  })
  it('knows the error of every way, and what is doubted', () => {
    const data = { length_mm: 20, width_mm: 10, method: 'ruler', measured_at: '2026-05-03T10:00:00Z' }
    const [one, two] = readingsOf([{ id: 'a', data }, { id: 'b', data: { ...data, width_mm: null } }] as EntryRow[], new Set(['b']))
    expect(one!.error.map((mm) => mm && Number(mm.toFixed(1)))).toEqual([3.6, 2.5, null])
    expect([one!.doubted, two!.doubted, two!.error[1]]).toEqual([false, true, null])
  })
})
