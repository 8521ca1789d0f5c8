/** The gravest thing about messages that the person must know: nobody sends, no way reaches them, an alert did not arrive. */
import type { components } from '../api/schema'
import { ask } from './remote.svelte'

const EVERY_MS = 60_000
let sentence = $state<string | null>(null)
let askedAt = -EVERY_MS

export const banner = {
  get sentence() {
    return sentence
  },
}

/** Asks the server, once a minute at most however many screens want to know. Without an answer the last one stays. */
export async function askBanner(): Promise<void> {
  if (performance.now() - askedAt < EVERY_MS) return
  askedAt = performance.now()
  const told = await ask<components['schemas']['ChannelsAnswer']>('GET', '/api/channels/')
  if (told.body) sentence = told.body.banner?.sentence ?? null
}
