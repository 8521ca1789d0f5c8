import { AR } from 'js-aruco2'
import { describe, expect, it } from 'vitest'
import card from '../src/photo/card.json'
import { greyOf, judge, type Look } from '../src/photo/look'
import { scene } from './scene'

const detector = new AR.Detector({ dictionaryName: 'ARUCO_MIP_36h12', maxHammingDistance: 4 })

function look(how: Parameters<typeof scene>[0]): Look {
  const { width, height, data } = scene(how)
  return judge(greyOf(width, height, data), detector.detectImage(width, height, data))
}

describe('what the phone sees by itself', () => {
  it('has the codes of the printed card', () => {
    const { codeList } = AR.DICTIONARIES.ARUCO_MIP_36h12
    for (const { id, code } of card.strips.flat()) expect(codeList[id]!.toString(16).padStart(9, '0')).toBe(code)
  })

  it.each([
    ['both', { tilt: 10 }],
    ['one_strip', { strips: 1 }],
    ['no_card', { strips: 0 }],
    ['too_tilted', { tilt: 35 }],
    ['too_dark', { gain: 0.15 }],
    ['too_blurred', { soft: 5 }],
  ] as const)('says %s', { timeout: 20_000 }, (hint, how) => {
    const seen = look(how)
    expect(seen.hint).toBe(hint)
    if ('tilt' in how) expect(Math.abs(seen.tilt! - how.tilt)).toBeLessThan(4)
  })

  it('does not call smooth skin blurred', { timeout: 20_000 }, () => {
    expect(look({ strips: 0, soft: 5 }).hint).toBe('no_card')
  })
})
