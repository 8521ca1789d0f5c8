/** A zip without compression: enough to hand a diary and its photos over as one file (PKZIP appnote, 4.3). */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** The files in the order given, names in UTF-8. */
export function zip(files: { name: string; bytes: Uint8Array<ArrayBuffer> }[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const title = new TextEncoder().encode(name)
    const crc = crc32(bytes)
    // version, flags (UTF-8 names), method 0, time, day (1 January 1980), crc, sizes, length of name, of extra
    const common = [[20, 2], [0x0800, 2], [0, 2], [0, 2], [0x21, 2], [crc, 4], [bytes.length, 4], [bytes.length, 4], [title.length, 2], [0, 2]] as [number, number][]
    const head = record([[0x04034b50, 4], ...common])
    parts.push(head, title, bytes)
    directory.push(record([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), title)
    offset += head.length + title.length + bytes.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = record([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2]])
  return new Blob([...parts, ...directory, end], { type: 'application/zip' })
}

/** Little-endian numbers of the given widths, one after the other. */
function record(fields: [value: number, bytes: number][]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(fields.reduce((sum, [, width]) => sum + width, 0))
  let at = 0
  for (const [value, width] of fields) for (let i = 0; i < width; i++) out[at++] = (value >>> (8 * i)) & 0xff
  return out
}
