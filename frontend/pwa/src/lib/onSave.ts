/** What the log screen needs once "Save" is tapped: loaded while the form is filled in, so that the form is there sooner. */
import type { LumpRows } from '../core/queries'
import { fold } from '../rules/fold'
import { readingOf, type Slip, slipIn } from '../rules/sizes'
import type { EntryForm } from './entryForm.svelte'
import { historyOf, lookOf } from './history'

export { default as Saved } from '../screens/log/Saved.svelte'
export { lookForUrgent } from './urgent'

/** The slip to ask about before saving, or null (the rule `typo`, on the entries up to this one's time). */
export function slipOf(form: EntryForm, rows: LumpRows): Slip | null {
  if (form.answers.size_confirmed || !form.hasSize) return null
  const entry = form.entry()
  const at = new Date(entry.measured_at).getTime()
  const history = historyOf(rows, form.id)
  const folded = fold({ ...history, entries: history.entries.filter((look) => look.at <= at), events: history.events.filter((event) => event.at <= at) })
  return folded.mayDoubt(at) ? slipIn(readingOf(lookOf(form.id, entry, at)), folded.accepted) : null
}
