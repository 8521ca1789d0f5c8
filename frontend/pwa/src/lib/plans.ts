/** What a doctor wrote back through a link: which of it is shown where, and the person's decision, which the server keeps. */
import type { components } from '../api/schema'
import { ask, askAll } from './remote.svelte'

export type Plan = components['schemas']['Plan']
export type Deed = 'confirm' | 'decline' | 'end'

/** All plans of one lump, or of all lumps, newest first; null without a signal. */
export const plansFrom = (lump?: string): Promise<Plan[] | null> => askAll<Plan>(lump ? `/api/plans/?lump=${lump}` : '/api/plans/')

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

/** Tells the server. Null: done; else its sentence, or '' where no answer came. */
export async function decide(plan: Plan, deed: Deed): Promise<string | null> {
  const told = await ask('POST', `/api/plans/${plan.id}/${deed}/`)
  return told.ok ? null : told.problem
}
