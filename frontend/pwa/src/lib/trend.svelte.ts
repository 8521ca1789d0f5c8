/** What the growth engine on the server says of a lump; kept on the phone, so that the last word is there offline too. */
import { getMeta, setMeta } from '../core/database'
import { app, rows, transport } from './app.svelte'

export interface Trend {
  growth: { readings: number; percent_per_month: number | null; low: number | null; high: number | null }
  /** Every reading with a size, oldest first; a segment ends where a treatment or an injury changed the lump. */
  series?: { entry: string; at: string; segment: number; doubted: string | null }[]
  /** The engine's own band, in mm: where the true size of one axis is likely to lie. */
  band?: { at: number; low: number; high: number }[] | null
  /** What could be seen: the smallest change of one reading, and after how many weekly readings steady growth would be. */
  smallest_change_mm?: number | null
  steady_mm_per_month?: number | null
  steady_weeks?: number | null
  /** When one more reading would tell most. */
  recheck_in_days?: number | null
}

export function trendOf(id: () => string): { readonly value: Trend | null } {
  let value = $state.raw<Trend | null>(null)
  $effect(() => {
    const lump = id()
    void app.changes
    let current = true
    const show = (trend: Trend | null | undefined): void => {
      if (current && trend) value = trend
    }
    void (async () => {
      const store = rows()
      show(await getMeta<Trend>(store, `trend:${lump}`))
      const answer = await transport.request('GET', `/api/lumps/${lump}/trend/`)
      const trend = answer.status === 200 ? (answer.body as Trend | null) : null
      if (!trend?.growth) return
      await setMeta(store, `trend:${lump}`, trend)
      show(trend)
    })().catch(() => undefined)
    return () => (current = false)
  })
  return {
    get value() {
      return value
    },
  }
}
