/** Each entry judged on its own day, with what is remembered from the days before (the twin of tracker/rules/frames.py). */
import { DAY, EXAMINATIONS, type History, HOUR, type Look, SEGMENT_CUTS } from './facts'
import { GRADED, type Graded, level, Past } from './past'
import { agreeOnAxes, isUp, type Reading, readingOf, slipIn } from './sizes'

export const PAIN_SIGN = 4
export const PAIN_STRONG = 7
const GOES_ON = 14 * DAY
const WOUND = 48 * HOUR
const COLIC_SITES = ['testicle', 'groin', 'abdomen']

type Sign = Graded | 'size'
type HeldSign = Sign | 'emergency pain'

/** A sign that counted at `since` with `level` (mm for size) and has not been lower from then on. */
interface Hold {
  level: number
  since: number
}
type Holds = Partial<Record<HeldSign, Hold[]>>

export interface Frame {
  entry: Look
  segment: number
  own: Set<Sign>
  holds: Holds
  farPain: boolean
  ownSizeUp: boolean
  sizeUp: boolean
  reading: Reading | null
}

export interface Fold {
  frames: Frame[]
  exams: number[]
  cuts: number[]
  /** Readings of the last segment that count, oldest first. */
  accepted: Reading[]
  /** Whether a size typed next could be a slip at all: not with an injury, blood thinners or a sign since the last. */
  mayDoubt(at: number): boolean
}

export const isFever = (entry: Look): boolean => (entry.temperature_c ?? 0) >= 38 || !!entry.shivery

const lasts = (hold: Hold, at: number, exams: number[]): boolean => at - hold.since <= GOES_ON && !exams.some((exam) => hold.since < exam && exam <= at)

/** Infection signs that count at a look, with the level of each; size alone is none. */
export function countedAt(frame: Pick<Frame, 'entry' | 'own' | 'holds' | 'reading'>, at: number, exams: number[]): Map<Sign, number> {
  const counted = new Map<Sign, number>()
  for (const sign of [...GRADED, 'size'] as Sign[]) {
    const now = sign === 'size' ? (frame.reading?.id === frame.entry.id ? frame.reading.longest : null) : level(frame.entry, sign)
    const held = (frame.holds[sign] ?? []).filter((hold) => lasts(hold, at, exams)).map((hold) => hold.level)
    if (frame.own.has(sign) && now !== null && at - frame.entry.at <= GOES_ON) counted.set(sign, now)
    else if (held.length) counted.set(sign, Math.max(...held, now ?? -Infinity))
  }
  return counted.size === 1 && counted.has('size') ? new Map() : counted
}

/** Pain far over usual, or the pain that made an emergency and still goes on. */
export function farPainAt(frame: Frame, at: number, exams: number[]): boolean {
  const held = (frame.holds['emergency pain'] ?? []).filter((hold) => lasts(hold, at, exams)).map((hold) => hold.level)
  const now = frame.entry.pain ?? Math.max(0, ...held)
  return (frame.farPain && at - frame.entry.at <= GOES_ON) || (held.length > 0 && now >= PAIN_STRONG)
}

/** What the signs that count are worth together: 0, 1, 2 … */
export function worth(counted: Map<Sign, number>, entry: Look): number {
  const pain = Math.max(counted.get('pain') ?? 0, entry.pain ?? 0)
  if (counted.size === 1 && counted.has('pain') && pain < PAIN_STRONG) return 0
  const heavy = [(counted.get('redness') ?? 0) >= 3, (counted.get('tenderness') ?? 0) >= 3, counted.has('pain') && pain >= PAIN_STRONG]
  const slight = counted.get('redness') === 1 && counted.get('tenderness') === 1
  const less = slight && !entry.warmth && !counted.has('warmth') && pain < PAIN_SIGN ? 1 : 0
  return counted.size + heavy.filter(Boolean).length - less
}

export function fold(history: History): Fold {
  const past = new Past(history.entries)
  const exams = history.events.filter((event) => EXAMINATIONS.includes(event.kind)).map((event) => event.at)
  const cuts = history.events.filter((event) => SEGMENT_CUTS.includes(event.kind)).map((event) => event.at)
  const injuries = history.events.filter((event) => event.kind === 'injury').map((event) => event.at)
  const thinners = history.conditions?.includes('blood_thinners') ?? false
  const holds: Holds = {}
  let accepted: Reading[] = []
  let pending: Reading[] = []
  let segment = 0
  let sizeUp = false
  let signSinceReading = false

  const remember = (sign: HeldSign, now: number, at: number): void => {
    // A later hold at the same level or lower outlasts an earlier one.
    holds[sign] = [...(holds[sign] ?? []).filter((hold) => hold.level < now), { level: now, since: at }]
  }

  const mayDoubt = (at: number): boolean =>
    accepted.length > 0 && !signSinceReading && !thinners && !injuries.some((injury) => accepted.at(-1)!.at < injury && injury <= at)

  function accept(reading: Reading): boolean {
    const up = isUp(reading, accepted)
    if (reading.longest !== null) {
      sizeUp = up
      holds.size = (holds.size ?? []).filter((hold) => hold.level <= reading.longest!)
    }
    accepted.push(reading)
    return up
  }

  function measure(entry: Look): boolean {
    const reading = readingOf(entry)
    if (reading.axes.every((mm) => mm === null)) return false
    const slip = !entry.size_confirmed && mayDoubt(entry.at) && slipIn(reading, accepted) !== null
    const agreeing = pending.filter((doubted) => agreeOnAxes(reading, doubted))
    if (slip && !agreeing.length) {
      pending.push(reading)
      return false
    }
    for (const doubted of agreeing) accept(doubted)
    const up = accept(reading)
    pending = []
    signSinceReading = false
    return up
  }

  function ownSigns(place: number, entry: Look): Set<Sign> {
    const wound = cuts.some((cut) => cut <= entry.at && entry.at < cut + WOUND)
    const own = new Set<Sign>()
    for (const sign of GRADED) {
      const now = level(entry, sign)
      if (!now || (wound && (sign === 'pain' || sign === 'tenderness'))) continue
      const over = now - past.usual(place, sign) >= 1
      if (sign === 'pain' ? over && now >= PAIN_SIGN : over || past.isNew(place, sign)) own.add(sign)
    }
    return own
  }

  function letGo(entry: Look): void {
    for (const sign of Object.keys(holds) as HeldSign[]) {
      const now = sign === 'size' ? null : level(entry, sign === 'emergency pain' ? 'pain' : sign)
      holds[sign] = holds[sign]!.filter((hold) => (now === null || now >= hold.level) && lasts(hold, entry.at, exams))
    }
  }

  function cut(to: number): void {
    if (to === segment) return
    segment = to
    accepted = []
    pending = []
    sizeUp = false
    delete holds.size
  }

  const frames = history.entries.map((entry, place): Frame => {
    cut(cuts.filter((at) => at <= entry.at).length)
    const own = ownSigns(place, entry)
    letGo(entry)
    for (const sign of own) remember(sign, level(entry, sign as Graded)!, entry.at)
    const signs = countedAt({ entry, own, holds: { ...holds, size: [] }, reading: null }, entry.at, exams)
    if (signs.size > 0) signSinceReading = true
    const ownSizeUp = measure(entry)
    const reading = accepted.at(-1) ?? null
    if (ownSizeUp && signs.size && reading?.longest != null) {
      own.add('size')
      remember('size', reading.longest, entry.at)
    }
    const pain = entry.pain ?? 0
    const farPain = pain >= PAIN_STRONG && pain - past.usual(place, 'pain') >= 3
    const colic = pain >= PAIN_SIGN && (entry.unwell?.includes('vomiting') ?? false)
    if (COLIC_SITES.includes(history.site) && (farPain || colic)) remember('emergency pain', pain, entry.at)
    return { entry, segment, own, holds: { ...holds }, farPain, ownSizeUp, sizeUp, reading }
  })
  return { frames, exams, cuts, accepted, mayDoubt }
}
