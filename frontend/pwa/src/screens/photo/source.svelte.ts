/** Where the whole picture of a photo comes from: this phone while it has it, else the server, else the small copy. */
import type { PhotoRow } from '../../core/types'

const UNDRAWN = ['image/heic', 'image/heif']

export function sourceOf(photo: () => PhotoRow, ready: () => boolean): { readonly src: string; lost(): void } {
  let own = $state('')
  let far = $state(true)
  let gone = $state(false)
  $effect(() => {
    const { bytes, thumb, type } = photo()
    const drawn = bytes && !UNDRAWN.includes(type)
    const kept = drawn ? bytes : thumb
    if (!kept) return
    const made = URL.createObjectURL(new Blob([kept], { type: drawn ? type : 'image/jpeg' }))
    own = made
    return () => URL.revokeObjectURL(made)
  })
  const whole = $derived(photo().bytes !== null && !UNDRAWN.includes(photo().type))
  return {
    get src() {
      if (gone) return ''
      return !whole && far && (ready() || !own) ? `/api/photos/${photo().id}/file/?size=screen` : own
    },
    lost() {
      if (far && own && !whole) far = false
      else gone = true
    },
  }
}
