/** A link as a QR code, made on this phone: the secret in it is told to nobody else. */
import { encode } from 'uqr'

/** The free space around it that readers need, in modules. */
const MARGIN = 4

/** The path of the dark modules and the length of a side, margin included. */
export function qrPath(text: string): { path: string; side: number } {
  const { data, size } = encode(text, { border: 0, ecc: 'M' })
  let path = ''
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x += 1) {
      if (!row[x]) continue
      let run = 1
      while (row[x + run]) run += 1
      path += `M${x + MARGIN} ${y + MARGIN}h${run}v1h-${run}z`
      x += run
    }
  }
  return { path, side: size + 2 * MARGIN }
}
