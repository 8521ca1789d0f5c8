/** The picture just taken or chosen, looked at once more on the phone: the same checks as while framing, on more pixels. */
import type { Finder } from './finder'
import type { Look } from './look'

/** Long sides to try: small squares need many pixels, soft ones are found better on fewer. */
const SIDES = [1280, 640]

export async function lookAtStill(finder: Finder, bytes: ArrayBuffer, type: string): Promise<Look | null> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type }))
  } catch {
    return null // HEIC, mostly: the server can read it.
  }
  try {
    let best: Look | null = null
    for (const side of SIDES) {
      const look = await finder.look(bitmap, side)
      if (look && (!best || look.strips > best.strips)) best = look
      if (best?.strips === 2) break
    }
    return best
  } finally {
    bitmap.close()
  }
}
