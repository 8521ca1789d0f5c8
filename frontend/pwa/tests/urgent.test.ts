import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DAY, type History } from '../src/rules/facts'
import { signs } from '../src/rules/signs'
import { matches } from '../src/rules/urgent'

/** The same file drives tests/rules/test_urgent.py. */
interface Case {
  name: string
  site: string
  entries: (Record<string, unknown> & { day: number })[]
  events?: { day: number; kind: string }[]
  person?: Partial<History>
  noticed_after?: string
  first_noticed_day?: number
  look_day?: number
  rules: Record<string, string>
  signs?: string[]
  absent_signs?: string[]
}

const file = process.env.URGENT_CASES ?? new URL('../../../tracker/rules/tables/urgent_cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }
const START = Date.parse('2026-01-01T08:30:00Z')
const at = (day: number): number => Math.round(START + day * DAY)

function historyOf(one: Case): History {
  return {
    site: one.site,
    timezone: 'UTC',
    ...one.person,
    noticed_after: one.noticed_after,
    first_noticed_on: one.first_noticed_day === undefined ? null : new Date(at(one.first_noticed_day)).toISOString().slice(0, 10),
    entries: one.entries.map(({ day, ...entry }, index) => ({ ...entry, id: String(index), at: at(day) })),
    events: (one.events ?? []).map((event) => ({ at: at(event.day), kind: event.kind })),
  }
}

describe('the urgent table on the phone', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const found = signs(historyOf(one), at(one.look_day ?? one.entries.at(-1)!.day))
    expect(Object.fromEntries(matches(found).map(({ rule, urgency }) => [rule, urgency]))).toEqual(one.rules)
    for (const sign of one.signs ?? []) expect(found).toContain(sign)
    for (const sign of one.absent_signs ?? []) expect(found).not.toContain(sign)
  })

  it('has cases', () => expect(cases.length).toBeGreaterThan(20))
})
