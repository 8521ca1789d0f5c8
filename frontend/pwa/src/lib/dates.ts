/** Days as people say them: the name of the day before its date. */
import { locale, t } from '../words'

const DAY = 86_400_000

const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()

/** Whole calendar days from `at` to `now` on this phone's calendar. */
export const daysSince = (at: string | number, now: Date = new Date()): number => Math.round((midnight(now) - midnight(new Date(at))) / DAY)

/** "today", "yesterday", "5 days ago". */
export function ago(at: string | number, now: Date = new Date()): string {
  const days = daysSince(at, now)
  if (days <= 0) return t('when.today')
  if (days === 1) return t('when.yesterday')
  return days < 60 ? t('when.days', { n: days }) : t('when.months', { n: Math.round(days / 30.4) })
}

/** "Monday 3 August" (with the year when it is another one). */
export function dayName(at: string | number, now: Date = new Date()): string {
  const date = new Date(at)
  const year = date.getFullYear() === now.getFullYear() ? undefined : 'numeric'
  return date.toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long', year })
}

export const shortDate = (at: string | number): string => new Date(at).toLocaleDateString(locale(), { day: 'numeric', month: 'short', year: 'numeric' })

export const clock = (at: string | number): string => new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })

/** ISO 8601 with this phone's offset, whole seconds: what the diary file asks for. */
export function isoHere(date: Date): string {
  const offset = -date.getTimezoneOffset()
  const two = (number: number): string => String(Math.abs(number)).padStart(2, '0')
  const sign = offset < 0 ? '-' : '+'
  return `${localInput(date)}:${two(date.getSeconds())}${sign}${two(Math.trunc(offset / 60))}:${two(offset % 60)}`
}

/** The value of an <input type="datetime-local"> for `date`. */
export function localInput(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

export const localDay = (date: Date): string => localInput(date).slice(0, 10)
