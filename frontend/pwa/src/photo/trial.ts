/** A set of readings in a row, from the first of them to the server: kept on the phone until the server has it. */
import { uuid7 } from '../core/ids'
import { getMeta, setMeta, type Store } from '../core/database'
import { problemOf } from '../core/outbox'
import type { Transport } from '../core/transport'

export type By = 'self' | 'other'
export interface Trial {
  id: string
  method: string
  by: By
  readings: number[]
  at: string
}
export interface Method {
  method: string
  sets: number
  sentences: string[]
}
export interface Measuring {
  trials: Trial[]
  methods: Method[]
}
/** How many readings make a set. */
export const READINGS = 4

const waitingKey = (person: string): string => `trials_waiting:${person}`
const seenKey = (person: string): string => `measuring:${person}`

export const waitingTrials = async (store: Store, person: string): Promise<Trial[]> => (await getMeta<Trial[]>(store, waitingKey(person))) ?? []

export async function keepTrial(store: Store, person: string, trial: Omit<Trial, 'id'>): Promise<void> {
  await setMeta(store, waitingKey(person), [...(await waitingTrials(store, person)), { id: uuid7(), ...trial }])
}

/** Sends what waits. '' when all was taken; null when the server could not be asked; else why it refused. */
export async function sendTrials(store: Store, transport: Transport, person: string): Promise<string | null> {
  let why = ''
  for (const trial of await waitingTrials(store, person)) {
    const answer = await transport.request('POST', `/api/people/${person}/measuring/`, { json: trial }).catch(() => null)
    if (!answer || answer.status >= 500 || answer.status === 401 || answer.status === 429) return null
    if (answer.status >= 300) why = problemOf(answer.body)
    // Refused for good as well: the same readings would be refused again.
    await setMeta(store, waitingKey(person), (await waitingTrials(store, person)).filter(({ id }) => id !== trial.id))
  }
  return why
}

/** What the server makes of all sets; its last word where it cannot be asked, null where it never was. */
export async function measuringOf(store: Store, transport: Transport, person: string): Promise<Measuring | null> {
  const answer = await transport.request('GET', `/api/people/${person}/measuring/`).catch(() => null)
  if (answer?.status !== 200) return (await getMeta<Measuring>(store, seenKey(person))) ?? null
  await setMeta(store, seenKey(person), answer.body)
  return answer.body as Measuring
}
