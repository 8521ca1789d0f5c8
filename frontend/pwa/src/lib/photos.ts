/** Pictures from the camera or the gallery, as bytes the phone can keep. */
import { uuid7 } from '../core/ids'
import type { NewPhoto } from '../core/save'
import { isoHere } from './dates'

const TYPE_BY_NAME: Record<string, string> = { heic: 'image/heic', heif: 'image/heif', jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' }

/** The bytes as they left the camera. `taken_at` is the file's own time: for a picture from the gallery, when it was taken. */
export async function readPhoto(file: File): Promise<NewPhoto> {
  const ending = file.name.split('.').pop()?.toLowerCase() ?? ''
  const bytes = await file.arrayBuffer()
  if (!bytes.byteLength) throw new Error('empty file')
  return { id: uuid7(), bytes, type: file.type || TYPE_BY_NAME[ending] || 'application/octet-stream', taken_at: isoHere(new Date(file.lastModified)) }
}
