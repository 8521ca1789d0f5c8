/** The named signs of a look, for the table of urgent rules (the twin of tracker/rules/signs.py). */
import { DAY, type Happening, type History, HOUR, localDay, type Look } from './facts'
import { countedAt, farPainAt, fold, type Fold, type Frame, isFever, PAIN_SIGN, worth } from './fold'
import { GRADED, level } from './past'

/** Every sign that is there at `at`; entries and events after it are unseen. */
export function signs(all: History, at: number): Set<string> {
  const history = { ...all, entries: all.entries.filter((entry) => entry.at <= at) }
  const events = all.events.filter((event) => event.at <= at)
  const folded = fold(history)
  const frame = folded.frames.at(-1)
  const found = new Set([`site_${history.site}`, ...(history.conditions ?? []), ...ofAge(history, at), ...ofTime(history, events, frame?.entry, at)])
  if (frame) for (const sign of [...ofEntry(frame.entry), ...ofFrame(folded, frame, at)]) found.add(sign)
  return found
}

function ofAge({ birth_year, timezone }: History, at: number): string[] {
  if (birth_year == null) return []
  const age = new Date(localDay(timezone, at) * DAY).getUTCFullYear() - birth_year
  return [...(age < 5 ? ['age_under_5'] : []), ...(age >= 75 ? ['age_75_or_more'] : [])]
}

function ofTime(history: History, events: Happening[], entry: Look | undefined, at: number): string[] {
  const found: string[] = []
  if (injuredLately(history, events, at)) found.push('injury_28_days')
  const start = events.findLast((event) => event.kind === 'antibiotics_started')?.at
  if (start === undefined) return found
  if (entry && notHelping(history.entries, entry, start)) found.push('antibiotics_not_helping')
  const unlooked = !entry || entry.at - start < 48 * HOUR
  if (unlooked && at - start >= 72 * HOUR && at - start <= 14 * DAY) found.push('antibiotics_not_checked')
  return found
}

function injuredLately(history: History, events: Happening[], at: number): boolean {
  if (events.some((event) => event.kind === 'injury' && at - event.at <= 28 * DAY)) return true
  const first = history.first_noticed_on ? Date.parse(`${history.first_noticed_on}T00:00:00Z`) / DAY : history.entries[0] ? localDay(history.timezone, history.entries[0].at) : null
  return history.noticed_after === 'injury' && first !== null && localDay(history.timezone, at) - first <= 28
}

/** At an entry 48 h to 14 days after the start: signs are there, and none is lower or any is higher than before it. */
function notHelping(entries: Look[], now: Look, start: number): boolean {
  if (now.at - start < 48 * HOUR || now.at - start > 14 * DAY) return false
  const before = entries.findLast((entry) => entry.at < start)
  const changes = GRADED.flatMap((sign) => {
    const was = before ? level(before, sign) : null
    const is = level(now, sign)
    return was !== null && is !== null ? [is - was] : []
  })
  const there = GRADED.some((sign) => (level(now, sign) ?? 0) >= (sign === 'pain' ? PAIN_SIGN : 1))
  return there && (!changes.some((change) => change < 0) || changes.some((change) => change > 0))
}

function ofEntry(entry: Look): string[] {
  const found = [...(entry.unwell ?? []), ...(entry.skin ?? [])]
  for (const name of ['pain_out_of_proportion', 'spreading', 'red_streaks'] as const) if (entry[name]) found.push(name)
  if (entry.discharge === 'pus' || entry.discharge === 'bloody') found.push(entry.discharge)
  if ((entry.pain ?? 0) >= PAIN_SIGN) found.push('pain_4')
  if (isFever(entry)) found.push('fever')
  return found
}

function ofFrame({ exams, cuts }: Fold, frame: Frame, at: number): string[] {
  const counted = countedAt(frame, at, exams)
  const worthNow = worth(counted, frame.entry)
  const sameSegment = frame.segment === cuts.filter((cut) => cut <= at).length
  const found: [string, boolean][] = [
    ['inflamed', isInflamed(frame)],
    ['pain_far_over_usual', farPainAt(frame, at, exams)],
    ['size_up', frame.sizeUp && sameSegment],
    ['infection_sign', counted.size > 0],
    ['infection_worth_one', worthNow === 1],
    ['infection_worth_two', worthNow >= 2],
  ]
  return found.filter(([, there]) => there).map(([name]) => name)
}

function isInflamed({ entry, ownSizeUp }: Frame): boolean {
  const redness = entry.redness ?? 0
  const tenderness = entry.tenderness ?? 0
  const beside = (entry.pain ?? 0) >= PAIN_SIGN || redness >= 1 || tenderness >= 1
  return redness >= 2 || !!entry.warmth || tenderness >= 2 || !!entry.spreading || (ownSizeUp && beside)
}
