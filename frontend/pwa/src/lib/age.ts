import { t } from '../words'

/** "2 days", "5 hours": how long ago `then` was (ms since 1970). */
export function age(then: number, now: number = Date.now()): string {
  const minutes = Math.floor((now - then) / 60_000)
  if (minutes < 1) return t('age.moments')
  if (minutes < 60) return t('age.minutes', { n: minutes })
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? t('age.hours', { n: hours }) : t('age.days', { n: Math.floor(hours / 24) })
}
