/** Plane geometry of photos: points are [x, y], y downwards; a homography is 3 × 3, row by row. */

export type Point = [x: number, y: number]
export type Matrix = [number, number, number][]

export const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1]]
export const plus = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1]]
export const times = (a: Point, k: number): Point => [a[0] * k, a[1] * k]
export const between = (a: Point, b: Point, share = 0.5): Point => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1])

/** The homography that takes points (four or more) best to their partners; null where it is not determined. */
export function homography(from: Point[], to: Point[]): Matrix | null {
  const normal = Array.from({ length: 8 }, () => new Array<number>(9).fill(0))
  const add = (row: number[]): void => {
    for (let i = 0; i < 8; i++) for (let k = 0; k < 9; k++) normal[i]![k]! += row[i]! * row[k]!
  }
  for (const [index, [x, y]] of from.entries()) {
    const [u, v] = to[index]!
    add([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
    add([0, 0, 0, x, y, 1, -v * x, -v * y, v])
  }
  const h = solved(normal)
  return h && [[h[0]!, h[1]!, h[2]!], [h[3]!, h[4]!, h[5]!], [h[6]!, h[7]!, 1]]
}

/** Gauss with pivots: rows are [coefficients …, right side]. Null where there is no single answer. */
function solved(rows: number[][]): number[] | null {
  const n = rows.length
  for (let column = 0; column < n; column++) {
    let best = column
    for (let row = column + 1; row < n; row++) if (Math.abs(rows[row]![column]!) > Math.abs(rows[best]![column]!)) best = row
    const pivot = rows[best]!
    if (Math.abs(pivot[column]!) < 1e-9) return null
    rows[best] = rows[column]!
    rows[column] = pivot
    for (const row of rows) {
      if (row === pivot) continue
      const factor = row[column]! / pivot[column]!
      for (let k = column; k <= n; k++) row[k]! -= factor * pivot[k]!
    }
  }
  return rows.map((row, index) => row[n]! / row[index]!)
}

export function applied(m: Matrix, [x, y]: Point): Point {
  const w = m[2]![0] * x + m[2]![1] * y + m[2]![2]
  return [(m[0]![0] * x + m[0]![1] * y + m[0]![2]) / w, (m[1]![0] * x + m[1]![1] * y + m[1]![2]) / w]
}

/** The squares and the product of what one step right and one step down become at `at`: [right², right·down, down²]. */
export type Stretch = [number, number, number]

export function stretch(m: Matrix, at: Point): Stretch {
  const [u, v] = applied(m, at)
  const w = m[2]![0] * at[0] + m[2]![1] * at[1] + m[2]![2]
  const column = (k: 0 | 1): Point => [(m[0]![k] - u * m[2]![k]) / w, (m[1]![k] - v * m[2]![k]) / w]
  const [[a, c], [b, d]] = [column(0), column(1)]
  return [a * a + c * c, a * b + c * d, b * b + d * d]
}

/** How much shorter the shorter way is drawn than the longer one: the cosine of the tilt, seen from far away. */
export function foreshortening([right, both, down]: Stretch): number {
  const spread = Math.hypot(right - down, 2 * both)
  return Math.sqrt(Math.max(0, right + down - spread) / (right + down + spread))
}

/** Turn, scale and shift that take two points to two others, as the numbers of a CSS matrix(a, b, c, d, e, f). */
export type Similarity = [a: number, b: number, c: number, d: number, e: number, f: number]

export function similarity(from: [Point, Point], to: [Point, Point]): Similarity | null {
  const [fx, fy] = minus(from[1], from[0])
  const [tx, ty] = minus(to[1], to[0])
  const square = fx * fx + fy * fy
  if (square < 1e-12) return null
  const a = (fx * tx + fy * ty) / square
  const b = (fx * ty - fy * tx) / square
  return [a, b, -b, a, to[0][0] - a * from[0][0] + b * from[0][1], to[0][1] - b * from[0][0] - a * from[0][1]]
}

export const moved = ([a, b, c, d, e, f]: Similarity, [x, y]: Point): Point => [a * x + c * y + e, b * x + d * y + f]

/** The middle of an outline's area. */
export function middle(outline: Point[]): Point {
  let area = 0
  let x = 0
  let y = 0
  for (const [index, a] of outline.entries()) {
    const b = outline[(index + 1) % outline.length]!
    const cross = a[0] * b[1] - b[0] * a[1]
    area += cross
    x += (a[0] + b[0]) * cross
    y += (a[1] + b[1]) * cross
  }
  return Math.abs(area) < 1e-9 ? outline[0]! : [x / (3 * area), y / (3 * area)]
}

/** `n` points at equal steps along a closed outline. */
export function resampled(outline: Point[], n: number): Point[] {
  const lengths = outline.map((a, index) => distance(a, outline[(index + 1) % outline.length]!))
  const step = lengths.reduce((sum, part) => sum + part, 0) / n
  const points: Point[] = []
  let index = 0
  let before = 0
  for (let k = 0; k < n; k++) {
    while (before + lengths[index]! < k * step - 1e-9 && index < outline.length - 1) before += lengths[index++]!
    const share = lengths[index]! ? (k * step - before) / lengths[index]! : 0
    points.push(between(outline[index]!, outline[(index + 1) % outline.length]!, share))
  }
  return points
}

/** A smooth closed curve through `points` (Catmull and Rom), `steps` points between each two. */
export function smooth(points: Point[], steps = 6): Point[] {
  const n = points.length
  return points.flatMap((b, index) => {
    const a = points[(index + n - 1) % n]!
    const c = points[(index + 1) % n]!
    const d = points[(index + 2) % n]!
    return Array.from({ length: steps }, (_, k): Point => {
      const s = k / steps
      const at = (i: 0 | 1): number =>
        0.5 * (2 * b[i] + (c[i] - a[i]) * s + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * s * s + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * s ** 3)
      return [at(0), at(1)]
    })
  })
}

export interface Ends {
  length: [Point, Point]
  width: [Point, Point]
}

/** The longest way across an outline, and the widest across that, as their end points. */
export function endsOf(outline: Point[]): Ends | null {
  let length: [Point, Point] | null = null
  let best = 0
  for (const [index, a] of outline.entries()) {
    for (const b of outline.slice(index + 1)) {
      if (distance(a, b) <= best) continue
      best = distance(a, b)
      length = [a, b]
    }
  }
  if (!length) return null
  const [ax, ay] = times(minus(length[1], length[0]), 1 / best)
  const across = ([x, y]: Point): number => -ay * x + ax * y
  const sorted = [...outline].sort((p, q) => across(p) - across(q))
  const [low, high] = [sorted[0]!, sorted.at(-1)!]
  // Drawn across the middle: the same width as from `low` to `high`, at right angles to the length.
  const centre = middle(outline)
  const at = (value: number): Point => plus(centre, times([-ay, ax], value - across(centre)))
  return { length, width: [at(across(low)), at(across(high))] }
}
