/** The evaluator of the shared table of urgent rules: which rows hold for these signs. */
import table from '@tables/urgent.json'

export interface Match {
  rule: string
  urgency: string
  /** Of the lists that are complete, each sign once. */
  signs: string[]
}

/** In the table's order, each rule once: its first row that holds. */
export function matches(signs: Set<string>): Match[] {
  const found = new Map<string, Match>()
  for (const row of table.rows) {
    if (found.has(row.rule)) continue
    const complete = row.when.filter((names) => names.every((name) => signs.has(name)))
    if (complete.length) found.set(row.rule, { rule: row.rule, urgency: row.urgency, signs: [...new Set(complete.flat())] })
  }
  return [...found.values()]
}
