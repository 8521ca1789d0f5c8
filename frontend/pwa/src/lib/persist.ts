/** Asks the browser to keep what is logged even when it runs short of room. */
import { app } from './app.svelte'

export async function askToKeep(): Promise<void> {
  try {
    app.persisted = (await navigator.storage.persisted()) || (await navigator.storage.persist())
  } catch {
    app.persisted = false
  }
}
