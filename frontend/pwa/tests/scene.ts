/** A drawn scene for the finder: the card's two strips on skin, seen through a homography. */
import card from '../src/photo/card.json'
import { applied, homography, type Matrix, type Point } from '../src/photo/geometry'

export interface Scene {
  width: number
  height: number
  data: Uint8ClampedArray
}

const SKIN: [number, number, number] = [196, 150, 122]

/** The colour of the table at `at` (mm): strip 1 lies 20 mm above the middle, strip 2 below it. */
function colour([x, y]: Point, strips: number, gain: number): [number, number, number] {
  const on = [y + 20 + card.strip.width, y - 20].findIndex((top, index) => index < strips && top >= 0 && top < card.strip.width && Math.abs(x) < card.strip.length / 2)
  let rgb = SKIN
  if (x * x + y * y < 12 * 12) rgb = [176, 110, 96]
  if (on >= 0) rgb = inkAt([x + card.strip.length / 2, on === 0 ? y + 20 + card.strip.width : y - 20], on) ? [20, 20, 22] : [240, 240, 236]
  return rgb.map((value) => value * gain) as [number, number, number]
}

/** Of each marker the 36 bits, 1 = white. */
const BITS = new Map(card.strips.flat().map(({ code }) => [code, [...BigInt(`0x${code}`).toString(2).padStart(36, '0')].map(Number)]))

function inkAt([x, y]: Point, strip: number): boolean {
  for (const { box, code } of card.strips[strip]!) {
    const [left, top, side] = box as [number, number, number]
    const column = Math.floor(((x - left) / side) * 8)
    const row = Math.floor(((y - top) / side) * 8)
    if (column < 0 || row < 0 || column > 7 || row > 7) continue
    if (column === 0 || row === 0 || column === 7 || row === 7) return true
    return BITS.get(code)![(row - 1) * 6 + column - 1] === 0
  }
  return false
}

/** From mm on the table to pixels: tilted by `degrees` about the x axis, seen from 300 mm. */
function camera(degrees: number, width: number, height: number): Matrix {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
  const seen = ([x, y]: Point): Point => [width / 2 + (width * 1.1 * x) / (300 + y * sin), height / 2 + (width * 1.1 * y * cos) / (300 + y * sin)]
  const corners: Point[] = [[-60, -50], [60, -50], [60, 50], [-60, 50]]
  return homography(corners.map(seen), corners)!
}

export function scene({ tilt = 0, strips = 2, gain = 1, soft = 0, width = 640, height = 480 } = {}): Scene {
  const back = camera(tilt, width, height)
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0]
      for (const [dx, dy] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] as Point[]) {
        for (const [k, value] of colour(applied(back, [x + dx, y + dy]), strips, gain).entries()) sum[k]! += value / 4
      }
      // A little noise, the same at every run.
      const noise = (((x * 73856093) ^ (y * 19349663)) % 7) - 3
      for (let k = 0; k < 3; k++) data[(y * width + x) * 4 + k] = sum[k]! + noise * gain
    }
  }
  return soft ? blurred({ width, height, data }, soft) : { width, height, data }
}

/** Box-blurred twice with this radius. */
function blurred(from: Scene, radius: number): Scene {
  let data = from.data
  for (const step of [4, from.width * 4, 4, from.width * 4]) {
    const next = data.slice()
    for (let i = 0; i < data.length; i++) {
      let sum = 0
      for (let k = -radius; k <= radius; k++) sum += data[i + k * step] ?? data[i]!
      next[i] = sum / (2 * radius + 1)
    }
    data = next
  }
  return { ...from, data }
}
