import { describe, expect, it } from 'vitest'
import { type Plan, shownOf } from '../src/lib/plans'
import { type Link, scopeOf } from '../src/screens/share/scope'
import { register } from '../src/words'
import { english } from '../src/words/en'

const plan = (id: string, lump: string, state: Plan['state']): Plan => ({
  id, lump, state, by: 'Dr Lee', written_at: '2026-05-03T09:00:00Z', words: '', line: '', every: 14, above_mm: null,
  signs: [], urgency: 'same_day', visit: null, visit_on: null, decided_at: null,
})

describe('plans', () => {
  const plans = [plan('new', 'back', 'offered'), plan('used', 'back', 'confirmed'), plan('no', 'back', 'declined'), plan('old', 'arm', 'ended'), plan('else', 'neck', 'offered')]

  it('are shown while there is something to decide, or while they hold', () => {
    const { offered, inForce } = shownOf(plans, new Set(['back', 'arm']))
    expect(offered.map(({ id }) => id)).toEqual(['new'])
    expect([...inForce.values()].map(({ id }) => id)).toEqual(['used'])
  })

  it('of a lump that is not this account’s to decide on are not', () => {
    expect(shownOf(plans, new Set(['arm']))).toEqual({ offered: [], inForce: new Map() })
  })
})

describe('what a link may', () => {
  const link: Link = {
    id: 'l', person: 'p', lumps: ['back'], since: null, expires_at: '', one_visit: false, passcode: true, photos: false, notes: false,
    answers: true, shl: false, created_at: '', revoked_at: null, locked: false, live: true, visits: 0,
  }

  it('is said whole', () => {
    register(english)
    const names = new Map([['back', 'Lower back']])
    expect(scopeOf(link, names)).toBe('Lower back · may write a plan · passcode')
    expect(scopeOf({ ...link, answers: false }, names)).toBe('Lower back · passcode')
  })
})
