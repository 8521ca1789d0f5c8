import { describe, expect, it } from 'vitest'
import { qrPath } from '../src/lib/qr'

const LINK = `https://diary.example/s/#${'a1B2'.repeat(10)}abc`

/** The dark modules of a path, as "x,y". */
function modules(path: string): Set<string> {
  const dark = new Set<string>()
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < +run!; i += 1) dark.add(`${+x! + i},${y}`)
  return dark
}

describe('a link as a code', () => {
  it('has the free space that readers need, and its three corner marks', () => {
    const { path, side } = qrPath(LINK)
    const dark = modules(path)
    expect([...dark].every((at) => at.split(',').every((n) => +n >= 4 && +n < side - 4))).toBe(true)
    for (const [x, y] of [[4, 4], [side - 11, 4], [4, side - 11]] as const) {
      const ring = [dark.has(`${x},${y}`), dark.has(`${x + 6},${y + 6}`), dark.has(`${x + 1},${y + 1}`), dark.has(`${x + 3},${y + 3}`)]
      expect(ring).toEqual([true, true, false, true])
    }
  })

  it('differs with the link', () => {
    expect(qrPath(LINK).path).not.toBe(qrPath(`${LINK}d`).path)
  })
})
