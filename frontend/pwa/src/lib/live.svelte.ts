/** Rows on a screen, read again whenever any changed. */
import { app, rows } from './app.svelte'
import type { Store } from '../core/database'

/** `value` is undefined until the first read; `failed` says that the phone's store could not be read. */
export function live<T>(read: (store: Store) => Promise<T>): { readonly value: T | undefined; readonly failed: boolean } {
  let value = $state.raw<T>()
  let failed = $state(false)
  $effect(() => {
    void app.changes
    let current = true
    read(rows()).then(
      (result) => {
        if (!current) return
        value = result
        failed = false
      },
      () => current && (failed = true),
    )
    return () => (current = false)
  })
  return {
    get value() {
      return value
    },
    get failed() {
      return failed
    },
  }
}
