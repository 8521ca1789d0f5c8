/**
 * What can be said of a picture on the phone itself, before the server has measured it: is the card there, is the phone
 * level, is there light, is it sharp. Hints for framing the next shot, never a reason to refuse one.
 */
import card from './card.json'
import { foreshortening, homography, type Point, stretch, type Stretch } from './geometry'

export interface Seen {
  id: number
  corners: { x: number; y: number }[]
}
/** 8-bit grey, row by row. */
export interface Grey {
  width: number
  height: number
  data: Uint8Array
}
export type Hint = 'too_dark' | 'too_blurred' | 'one_strip' | 'too_tilted' | 'both' | 'no_card'
export interface Look {
  hint: Hint
  strips: number
  /** Degrees between the card and the picture's plane, about; null where no strip was seen. */
  tilt: number | null
  /** 0 sharp (or nothing to judge by), 1 blurred beyond use (Crete 2007). */
  blur: number
  /** 95th percentile of the brightness, 0–255. */
  light: number
}

/** Sizes are best below 20°; small frames show up to 4° more than there is. From far on, a strip that lies askew is not read at all. */
const LEVEL_DEG = 24
const FAR_DEG = 45
const DARK = 45
const BLURRED = 0.55
const MARKERS_FOR_A_STRIP = 2

export function greyOf(width: number, height: number, rgba: ArrayLike<number>): Grey {
  const data = new Uint8Array(width * height)
  for (let i = 0, j = 0; i < data.length; i++, j += 4) data[i] = (rgba[j]! * 77 + rgba[j + 1]! * 150 + rgba[j + 2]! * 29) >> 8
  return { width, height, data }
}

/** `markers` as js-aruco2 finds them, of any id. */
export function judge(grey: Grey, markers: Seen[]): Look {
  const tilts = card.strips.flatMap((strip) => tiltOf(strip, markers) ?? [])
  const tilt = tilts.length ? tilts.reduce((sum, one) => sum + one, 0) / tilts.length : null
  const [light, blur] = [brightness(grey), blurOf(grey)]
  return { hint: hintOf(tilts.length, tilt, light, blur), strips: tilts.length, tilt, blur, light }
}

function hintOf(strips: number, tilt: number | null, light: number, blur: number): Hint {
  if (light < DARK) return 'too_dark'
  // Markers that were read are sharp enough, whatever smooth skin around them makes of the figure.
  if (blur > BLURRED && strips < 2) return 'too_blurred'
  if (strips === 0) return 'no_card'
  if (strips === 1 && tilt! < FAR_DEG) return 'one_strip'
  return tilt! > LEVEL_DEG ? 'too_tilted' : 'both'
}

const SQUARE: Point[] = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]

/**
 * Degrees; null when too little of the strip is seen to say that it is there. Marker by marker, since each is a square
 * found a little too large on all sides; averaged before the square root, so that what is uncertain does not look tilted.
 */
function tiltOf(strip: { id: number }[], markers: Seen[]): number | null {
  const found = strip.flatMap(({ id }) => markers.find((marker) => marker.id === id) ?? [])
  if (found.length < MARKERS_FOR_A_STRIP) return null
  const sum: Stretch = [0, 0, 0]
  for (const { corners } of found) {
    const seen = homography(SQUARE, corners.map(({ x, y }): Point => [x, y]))
    for (const [k, value] of (seen ? stretch(seen, [0, 0]) : []).entries()) sum[k]! += value
  }
  return (Math.acos(foreshortening(sum)) * 180) / Math.PI
}

function brightness({ data }: Grey): number {
  const counts = new Uint32Array(256)
  for (const value of data) counts[value]!++
  let left = data.length * 0.05
  for (let value = 255; value > 0; value--) if ((left -= counts[value]!) <= 0) return value
  return 0
}

/**
 * How much of a picture's fine detail is already gone: it is blurred once more, and a picture that was sharp loses more
 * by it than one that was not (Crete et al. 2007, as scikit-image's blur_effect). The worse of the two directions.
 */
function blurOf(grey: Grey): number {
  return Math.max(blurAlong(grey, 1, grey.width, grey.height), blurAlong(grey, grey.width, grey.height, grey.width))
}

const HALF = 4
/** Steps smaller than this are the camera's noise and the rounding of a soft slope. */
const NOISE = 3
/** With fewer steps than this share of the picture there is nothing to judge by. */
const FEWEST = 0.002

function blurAlong({ data, width }: Grey, step: number, along: number, across: number): number {
  const stride = step === 1 ? width : 1
  let sharp = 0
  let lost = 0
  let steps = 0
  for (let line = 0; line < across; line++) {
    const start = line * stride
    let sum = 0
    for (let k = 0; k < 2 * HALF + 1 && k < along; k++) sum += data[start + k * step]!
    let before = sum
    for (let k = HALF + 1; k < along - HALF; k++) {
      sum += data[start + (k + HALF) * step]! - data[start + (k - HALF - 1) * step]!
      const here = Math.abs(data[start + k * step]! - data[start + (k - 1) * step]!)
      const softened = Math.abs(sum - before) / (2 * HALF + 1)
      before = sum
      if (here < NOISE) continue
      steps += 1
      sharp += here
      if (here > softened) lost += here - softened
    }
  }
  return steps > FEWEST * data.length ? (sharp - lost) / sharp : 0
}
