/** The emergency and same-day table, run on the phone at every save, signal or not. */
import type { Store } from '../core/database'
import { lumpRows } from '../core/queries'
import { keepLocalFindings } from '../core/save'
import type { AlertRow, Region, Urgency } from '../core/types'
import { DAY, localDay } from '../rules/facts'
import { signs } from '../rules/signs'
import { type Match, matches } from '../rules/urgent'
import { t, register, type Key } from '../words'
import words from '../words/en/urgent'
import { historyOf } from './history'

register(words)

const CALLS: Record<Region, { emergency: string; same_day: string | null }> = {
  uk: { emergency: '999', same_day: '111' },
  us: { emergency: '911', same_day: null },
  eu: { emergency: '112', same_day: null },
  generic: { emergency: '112', same_day: null },
}

/** What the table finds now, kept as local advice until the server has looked. `entry`: the one just saved. */
export async function lookForUrgent(store: Store, lump: string, entry: string, region: Region): Promise<AlertRow[]> {
  const rows = await lumpRows(store, lump)
  if (!rows.lump) return []
  const history = historyOf(rows)
  const now = Date.now()
  const child = history.birth_year != null && new Date(localDay(history.timezone, now) * DAY).getUTCFullYear() - history.birth_year < 18
  const found = matches(signs(history, now))
    // What stands already as the server's advice is not said twice.
    .filter((match) => !rows.alerts.some((alert) => !alert.local && alert.rule === match.rule && alert.urgency === match.urgency))
    .map((match) => adviceOn(match, { lump, entry, region, child }))
  await keepLocalFindings(store, lump, found)
  return found
}

interface Where {
  lump: string
  entry: string
  region: Region
  child: boolean
}

function adviceOn(match: Match, { lump, entry, region, child }: Where): AlertRow {
  const named = match.signs.map((sign) => signWord(sign)).join(', ')
  const nhs = t(region === 'uk' ? 'urgent.nhs_uk' : 'urgent.nhs')
  const recheck = match.urgency === 'recheck'
  const sentences = recheck
    ? [t('urgent.not_checked')]
    : [t('urgent.saw', { signs: named }), t(`urgent.${match.rule}` as Key, { nhs }), whatToDo(match, region, child)]
  return {
    id: `local:${lump}:${match.rule}`,
    lump,
    rule: match.rule,
    urgency: match.urgency as Urgency,
    words: sentences.join(' '),
    because: named,
    source: t('urgent.source'),
    call: match.urgency === 'emergency' ? CALLS[region].emergency : match.urgency === 'same_day' ? CALLS[region].same_day : null,
    opened_at: new Date().toISOString(),
    state: 'open',
    local: true,
    entry,
  }
}

function whatToDo({ rule, urgency }: Match, region: Region, child: boolean): string {
  if (rule === 'infection.higher_risk') return t(`do.${region}.now` as Key)
  if (urgency === 'soon' && child) return t('do.soon_child')
  return t(`do.${region}.${urgency}` as Key)
}

/** The words of a sign: its own, or those of the box that was ticked. */
function signWord(sign: string): string {
  for (const list of ['sign', 'unwell', 'skin']) {
    const found = t(`${list}.${sign}` as Key)
    if (!found.includes(`[${list}.`)) return found.charAt(0).toLowerCase() + found.slice(1)
  }
  return sign
}
