/** Pictures from the camera or the gallery, as bytes the phone can keep. */
import { uuid7 } from '../core/ids'
import type { NewPhoto } from '../core/save'
import { isoHere } from './dates'

const TYPE_BY_NAME: Record<string, string> = { heic: 'image/heic', heif: 'image/heif', jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' }
const THUMB = 320

/** The bytes as they left the camera. `taken_at` is the file's own time: for a picture from the gallery, when it was taken. */
export async function readPhoto(file: File): Promise<NewPhoto> {
  const ending = file.name.split('.').pop()?.toLowerCase() ?? ''
  const bytes = await file.arrayBuffer()
  if (!bytes.byteLength) throw new Error('empty file')
  const type = file.type || TYPE_BY_NAME[ending] || 'application/octet-stream'
  return { id: uuid7(), bytes, type, taken_at: isoHere(new Date(file.lastModified)), thumb: await small(file) }
}

/** A small copy without what the camera wrote into the file; null where the browser cannot draw this kind. */
async function small(file: File): Promise<ArrayBuffer | null> {
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, THUMB / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8))
    return blob ? await blob.arrayBuffer() : null
  } catch {
    return null
  }
}
