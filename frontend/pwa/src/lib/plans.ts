/** What a doctor wrote back through a link: which of it is shown where. */
import type { components } from '../api/schema'

export type Plan = components['schemas']['Plan']

export interface Shown {
  /** To be decided on, newest first. */
  offered: Plan[]
  /** In force, by lump: at most one each. */
  inForce: Map<string, Plan>
}

/** Of `lumps` alone; declined and ended ones are not shown again. */
export function shownOf(plans: Plan[], lumps: { has(id: string): boolean }): Shown {
  const here = plans.filter(({ lump }) => lumps.has(lump))
  return {
    offered: here.filter(({ state }) => state === 'offered'),
    inForce: new Map(here.filter(({ state }) => state === 'confirmed').map((plan) => [plan.lump, plan])),
  }
}
