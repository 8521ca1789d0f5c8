/**
 * "Never share this one": noted on the phone at once and told to the server when it can be heard. A link for a doctor is
 * made only after all of it was told, so a photo kept back without a signal is never in a link made later.
 */
import { getMeta, setMeta } from '../core/database'
import { problemOf } from '../core/outbox'
import { rows, transport } from './app.svelte'
import { askInfo, keepInfo, knownInfo, type PhotoInfo } from './photoInfo.svelte'

const UNTOLD = 'privacy_untold'
/** Says without opening the store that something is untold on this phone. */
const FLAG = 'lump-diary-untold'
type Untold = Record<string, boolean>

/** `absent`: the photo has not arrived there, so nobody can be shown it yet. */
export type Told = 'told' | 'waits' | 'absent' | { refused: string }

export async function keepBack(id: string, never: boolean): Promise<Told> {
  const store = rows()
  const untold = (await getMeta<Untold>(store, UNTOLD)) ?? {}
  await setMeta(store, UNTOLD, { ...untold, [id]: never })
  localStorage.setItem(FLAG, '1')
  return (await tellPrivacy())[id] ?? 'waits'
}

/** What is to be held back of these photos, as far as this phone knows; what it never heard of is asked about, if it can be. */
export async function keptBack(ids: string[], ask = false): Promise<string[]> {
  const store = rows()
  const untold = (await getMeta<Untold>(store, UNTOLD)) ?? {}
  const found: string[] = []
  for (const id of ids) {
    const info = (await knownInfo(store, id)) ?? (ask ? await askInfo(store, id) : null)
    if (untold[id] ?? info?.never_share) found.push(id)
  }
  return found
}

/** Tells the server what it has not heard. Of each photo: told, still waiting, or refused with its reason. */
export async function tellPrivacy(): Promise<Record<string, Told>> {
  const store = rows()
  const told: Record<string, Told> = {}
  for (const [id, never] of Object.entries((await getMeta<Untold>(store, UNTOLD)) ?? {})) {
    const answer = await transport.request('PATCH', `/api/photos/${id}/`, { json: { never_share: never } }).catch(() => null)
    const done = answer?.status === 200
    // 403: a carer may not take it back.
    const refused = answer !== null && (answer.status === 403 || answer.status === 400) && !/csrf/i.test(problemOf(answer.body))
    told[id] = done ? 'told' : refused ? { refused: problemOf(answer.body) } : answer?.status === 404 ? 'absent' : 'waits'
    if (done) await keepInfo(store, answer.body as PhotoInfo)
    if (!done && !refused) continue
    const { [id]: now, ...rest } = (await getMeta<Untold>(store, UNTOLD)) ?? {}
    if (now === never) await setMeta(store, UNTOLD, rest)
    if (!Object.keys(rest).length) localStorage.removeItem(FLAG)
  }
  return told
}
