import { describe, expect, it } from 'vitest'
import type { Analysis } from '../src/lib/photoInfo.svelte'
import { byCard, byMarks, contained, stageMm } from '../src/photo/align'
import { applied, distance, endsOf, homography, middle, moved, type Point, resampled, similarity, smooth } from '../src/photo/geometry'
import { canBeMeasured, firstEdge, firstEnds, mustAsk, sizeOfEnds } from '../src/photo/sizes'

const ellipse = (a: number, b: number, turn: number, at: Point = [40, 30]): Point[] =>
  Array.from({ length: 90 }, (_, k): Point => {
    const [x, y] = [a * Math.cos((k * Math.PI) / 45), b * Math.sin((k * Math.PI) / 45)]
    return [at[0] + x * Math.cos(turn) - y * Math.sin(turn), at[1] + x * Math.sin(turn) + y * Math.cos(turn)]
  })
const reading = (more: Partial<Analysis> = {}): Analysis => ({
  ok: true, reason: null, print_percent: 100, flat: { width: 900, height: 800, mm_per_px: 0.1 }, outline: ellipse(12, 8, 0.5),
  ends: { length: [[28, 30], [52, 30]], width: [[40, 22], [40, 38]] }, length_mm: 23.4, length_sd: 0.6, width_mm: 15.6, width_sd: 0.5, dome_mm: 4, ...more,
})

describe('the plane', () => {
  it('finds the homography again from four points and from many', () => {
    const m = [[1.1, 0.2, 30], [-0.1, 0.9, 12], [0.001, 0.0004, 1]] as [number, number, number][]
    const from: Point[] = [[0, 0], [100, 5], [95, 80], [3, 77], [50, 40], [20, 60]]
    for (const points of [from.slice(0, 4), from]) {
      const found = homography(points, points.map((point) => applied(m, point)))!
      expect(distance(applied(found, [33, 44]), applied(m, [33, 44]))).toBeLessThan(1e-6)
    }
    expect(homography([[0, 0], [1, 1], [2, 2], [3, 3]], [[0, 0], [1, 0], [1, 1], [0, 1]])).toBeNull()
  })

  it('takes two points to two others without changing the shape', () => {
    const turn = similarity([[0, 0], [10, 0]], [[5, 5], [5, 25]])!
    expect(moved(turn, [10, 0]).map(Math.round)).toEqual([5, 25])
    expect(moved(turn, [0, 10]).map(Math.round)).toEqual([-15, 5])
    expect(similarity([[1, 1], [1, 1]], [[0, 0], [1, 1]])).toBeNull()
  })

  it.each([0, 0.5, 1.2])('measures an outline however it is turned (%f)', (turn) => {
    const ends = endsOf(ellipse(12, 8, turn))!
    expect(distance(...ends.length)).toBeCloseTo(24, 1)
    expect(distance(...ends.width)).toBeCloseTo(16, 1)
    expect(distance(middle(ellipse(12, 8, turn)), [40, 30])).toBeLessThan(1e-6)
  })

  it('keeps an edge through few points', () => {
    const again = endsOf(smooth(resampled(ellipse(12, 8, 0.5), 12)))!
    expect(distance(...again.length)).toBeGreaterThan(23.4)
    expect(distance(...again.length)).toBeLessThan(24.3)
  })
})

describe('sizes while they are moved', () => {
  it('begin as the server proposed, dome and all', () => {
    const size = sizeOfEnds(firstEnds(reading()), reading())
    expect(size).toMatchObject({ length_mm: 23.4, width_mm: 15.6 })
    expect(size.length_sd).toBeCloseTo(0.6)
  })

  it('follow the lines by the same share', () => {
    const { length_mm } = sizeOfEnds({ length: [[28, 30], [40, 30]], width: null }, reading())
    expect(length_mm).toBeCloseTo(11.7)
  })

  it('begin with a cross where no edge was found, and with one\'s own where it was corrected', () => {
    const none = reading({ ok: false, reason: 'no_outline', outline: null, ends: null, length_mm: null, length_sd: null, width_mm: null, width_sd: null })
    expect(canBeMeasured(none)).toBe(true)
    expect(firstEdge(none)).toBeNull()
    expect(distance(...firstEnds(none).length)).toBeGreaterThan(10)
    expect(canBeMeasured(reading({ ok: false, reason: 'print_scale' }))).toBe(false)
    const own = { length: [[1, 1], [9, 1]] as [Point, Point], width: null }
    const corrected = reading({ corrected: { outline: null, ends: own, length_mm: 8, length_sd: 1, width_mm: null, width_sd: null } })
    expect(firstEnds(corrected).length).toEqual(own.length)
  })

  it('never replace a typed size unasked', () => {
    const size = { length_mm: 23.44, length_sd: 1, width_mm: 15.6, width_sd: 1 }
    expect(mustAsk({}, size)).toBe(false)
    expect(mustAsk({ length_mm: 21, method: 'ruler' }, size)).toBe(true)
    expect(mustAsk({ width_mm: 21, method: null }, size)).toBe(true)
    expect(mustAsk({ length_mm: 23.4, width_mm: 15.6, method: 'ruler' }, size)).toBe(false)
    expect(mustAsk({ length_mm: 20, width_mm: 15, method: 'photo_card' }, size)).toBe(false)
  })
})

describe('two photos over one another', () => {
  it('by the card: the lumps\' middles meet, a millimetre is as long in both', () => {
    const [a, b] = [reading(), reading({ flat: { width: 500, height: 500, mm_per_px: 0.2 }, outline: ellipse(14, 9, 1, [55, 48]), length_mm: 28 })] as [never, never]
    const mm = stageMm(a, b)
    const [one, two] = [byCard(a, mm, 300), byCard(b, mm, 300)]
    expect(moved(one, [400, 300]).map(Math.round)).toEqual([150, 150])
    expect(moved(two, [275, 240]).map(Math.round)).toEqual([150, 150])
    expect(one[0] / 0.1).toBeCloseTo(two[0] / 0.2)
  })

  it('by two places: they fall onto one another', () => {
    const [a, b] = [{ width: 1280, height: 960 }, { width: 320, height: 240 }]
    const first = contained(a, 400)
    const second = byMarks(first, a, [[0.2, 0.3], [0.8, 0.5]], b, [[0.4, 0.4], [0.6, 0.9]])!
    expect(distance(moved(second, [0.6 * 320, 0.9 * 240]), moved(first, [0.8 * 1280, 0.5 * 960]))).toBeLessThan(1e-6)
  })
})
