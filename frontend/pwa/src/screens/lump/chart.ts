/** The lump's chart, drawn by uPlot: readings loudest, the band quiet, pain and redness in lanes of their own. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { EventRow, Unit } from '../../core/types'
import { inUnit } from '../../lib/measure'
import { locale } from '../../words'
import { numbersAt, type Reading } from './readings'

export interface ChartWants {
  readings: Reading[]
  /** What is marked on the time axis, numbered in this order. */
  events: EventRow[]
  unit: Unit
  has: { depth: boolean; pain: boolean; redness: boolean }
  band: { at: number; low: number; high: number }[] | null
  words: Record<Lane, string>
}

type Lane = 'pain' | 'redness'
type Shape = 'circle' | 'square' | 'triangle' | 'diamond' | 'point_down'

// The same marks as on the doctor's page.
const AXES: { shape: Shape; colour: string }[] = [
  { shape: 'circle', colour: '--chart-length' },
  { shape: 'square', colour: '--chart-width' },
  { shape: 'triangle', colour: '--chart-depth' },
]
const LANES: Record<Lane, { most: number; shape: Shape; colour: string; height: number }> = {
  pain: { most: 10, shape: 'diamond', colour: '--chart-pain', height: 64 },
  redness: { most: 3, shape: 'point_down', colour: '--chart-redness', height: 46 },
}
const SIZE_HEIGHT = 230
const TIME_AXIS = 30
const LABEL = 24
const NUMBERS = 20
const SYNC = 'lump'

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const font = (size = 13): string => `${size}px ${colour('--font') || 'sans-serif'}`
const eventTimes = (wants: ChartWants): number[] => wants.events.map(({ data }) => new Date(data.at).getTime() / 1000)

/** Draws into `box`; the caller destroys it before drawing again. */
export function drawChart(box: HTMLElement, wants: ChartWants): { destroy(): void } {
  const lanes = (['pain', 'redness'] as const).filter((lane) => wants.has[lane])
  const plots = [sizePlot(box, wants, !lanes.length), ...lanes.map((lane, index) => lanePlot(box, wants, lane, index === lanes.length - 1))]
  const watch = new ResizeObserver(() => {
    for (const plot of plots) if (plot.width !== box.clientWidth && box.clientWidth) plot.setSize({ width: box.clientWidth, height: plot.height })
  })
  watch.observe(box)
  return {
    destroy() {
      watch.disconnect()
      for (const plot of plots) plot.destroy()
    },
  }
}

function sizePlot(box: HTMLElement, wants: ChartWants, lowest: boolean): uPlot {
  const { readings, unit, has } = wants
  const axes = has.depth ? [2, 1, 0] : [1, 0] // the length last, on top
  const values = axes.map((axis) => readings.map((reading) => reading.mm[axis] ?? null))
  const top = wants.events.length ? NUMBERS : 10
  const options: uPlot.Options = {
    ...common(box, SIZE_HEIGHT + top, top, lowest),
    axes: [timeAxis(lowest), sizeAxis(unit)],
    scales: { x: { time: true, range: () => timeRange(wants) }, y: { range: () => sizeRange(readings) } },
    series: [{}, ...axes.map(() => ({ width: 0, points: { show: false } }))],
    hooks: {
      drawClear: [(plot) => drawBand(plot, wants), (plot) => drawMarks(plot, eventTimes(wants))],
      draw: [(plot) => axes.forEach((axis) => drawReadings(plot, readings, axis)), (plot) => drawNumbers(plot, eventTimes(wants))],
    },
  }
  return new uPlot(options, [readings.map((reading) => reading.at), ...values] as uPlot.AlignedData, box)
}

/** A lane has a fixed axis, a ground and a label of its own, so that a little pain looks like a little. */
function lanePlot(box: HTMLElement, wants: ChartWants, lane: Lane, lowest: boolean): uPlot {
  const { readings } = wants
  const { most, height } = LANES[lane]
  const options: uPlot.Options = {
    ...common(box, height + LABEL, LABEL, lowest),
    axes: [timeAxis(lowest), { ...laneAxis(), splits: [0, most] }],
    scales: { x: { time: true, range: () => timeRange(wants) }, y: { range: [0, most] } },
    series: [{}, { width: 0, points: { show: false } }],
    hooks: {
      drawClear: [(plot) => drawGround(plot, wants.words[lane]), (plot) => drawMarks(plot, eventTimes(wants))],
      draw: [(plot) => drawLane(plot, readings, lane)],
    },
  }
  return new uPlot(options, [readings.map((reading) => reading.at), readings.map((reading) => reading[lane])] as uPlot.AlignedData, box)
}

function common(box: HTMLElement, height: number, top: number, lowest: boolean): Pick<uPlot.Options, 'width' | 'height' | 'legend' | 'cursor' | 'padding'> {
  return {
    width: box.clientWidth || 320,
    height: height + (lowest ? TIME_AXIS : 0),
    padding: [top, 22, lowest ? 0 : 8, 0],
    legend: { show: false },
    cursor: { sync: { key: SYNC }, drag: { x: false, y: false }, points: { show: false } },
  }
}

/** Dates stand under the lowest plot only. */
const timeAxis = (lowest: boolean): uPlot.Axis => ({
  show: lowest,
  stroke: colour('--ink-quiet'),
  font: font(),
  size: TIME_AXIS,
  grid: { show: false },
  ticks: { stroke: colour('--chart-grid'), size: 5 },
  space: 70,
  values: (_plot, splits, _index, _space, step) =>
    splits.map((split) => new Date(split * 1000).toLocaleDateString(locale(), step > 27 * 86_400 ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' })),
})

const laneAxis = (): uPlot.Axis => ({
  stroke: colour('--ink-quiet'),
  font: font(),
  size: 52,
  grid: { stroke: colour('--chart-grid'), width: 1 },
  ticks: { show: false },
})

const sizeAxis = (unit: Unit): uPlot.Axis => ({
  ...laneAxis(),
  // The unit stands once, at the top.
  values: (_plot, splits) => splits.map((split, index) => `${inUnit(split, unit)}${index === splits.length - 1 ? ` ${unit}` : ''}`),
})

function timeRange(wants: ChartWants): [number, number] {
  const times = [...wants.readings.map((reading) => reading.at), ...eventTimes(wants)]
  const low = Math.min(...times)
  const high = Math.max(...times)
  const pad = Math.max((high - low) * 0.04, 86_400)
  return [low - pad, high + pad]
}

/** The y axis starts where the data lives, error bars included. */
function sizeRange(readings: Reading[]): [number, number] {
  const bars = readings.flatMap(({ mm, error }) => mm.flatMap((one, axis) => (one === null ? [] : [[one - error[axis]!, one + error[axis]!] as const])))
  const low = Math.min(...bars.map(([from]) => from))
  const high = Math.max(...bars.map(([, to]) => to))
  const pad = Math.max((high - low) * 0.08, 1)
  return [Math.max(0, low - pad), high + pad]
}

/** The engine's band; until there is one, what the longest way of each counted reading is worth. */
function drawBand(plot: uPlot, { readings, band }: ChartWants): void {
  const worth = readings.flatMap(({ at, mm, error, longest, doubted }) => {
    const out = longest === null || doubted ? null : error[mm.indexOf(longest)]!
    return out === null ? [] : [{ at, low: longest! - out, high: longest! + out }]
  })
  const points = band ?? worth
  if (points.length < 2) return
  const { ctx } = plot
  ctx.save()
  clip(plot)
  ctx.fillStyle = colour('--chart-band')
  ctx.beginPath()
  for (const point of points) ctx.lineTo(plot.valToPos(point.at, 'x', true), plot.valToPos(point.high, 'y', true))
  for (const point of [...points].reverse()) ctx.lineTo(plot.valToPos(point.at, 'x', true), plot.valToPos(point.low, 'y', true))
  ctx.closePath()
  ctx.fill()
  ctx.restore()
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
}

function drawGround(plot: uPlot, word: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = colour('--sunk')
  ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.fillStyle = colour('--ink-quiet')
  ctx.font = font(13 * devicePixelRatio)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  ctx.fillText(word, bbox.left, bbox.top - 7 * devicePixelRatio)
  ctx.restore()
}

/** A thin line through every plot for each event. */
function drawMarks({ ctx, bbox, valToPos }: uPlot, times: number[]): void {
  ctx.save()
  ctx.strokeStyle = colour('--chart-event')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  for (const time of times) {
    const x = Math.round(valToPos(time, 'x', true))
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
  }
  ctx.stroke()
  ctx.restore()
}

/** Their numbers, above where the data are; the list below the chart says what they stand for. */
function drawNumbers(plot: uPlot, times: number[]): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = `bold ${font(13 * ratio)}`
  ctx.fillStyle = colour('--ink')
  ctx.textAlign = 'center'
  ctx.textBaseline = 'alphabetic'
  const places = times.map((time) => plot.valToPos(time, 'x', true) / ratio)
  for (const { x, text } of numbersAt(places, ctx.measureText('0').width / ratio)) ctx.fillText(text, x * ratio, bbox.top - 5 * ratio)
  ctx.restore()
}

function drawReadings(plot: uPlot, readings: Reading[], axis: number): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  const radius = (axis === 0 ? 4.5 : 3.5) * ratio
  const x = (reading: Reading): number => plot.valToPos(reading.at, 'x', true)
  const y = (mm: number): number => plot.valToPos(mm, 'y', true)
  const known = readings.filter(({ mm }) => mm[axis] != null)
  ctx.save()
  ctx.strokeStyle = colour(AXES[axis]!.colour)
  ctx.lineWidth = ratio
  ctx.globalAlpha = 0.5
  ctx.beginPath()
  for (const reading of known) {
    ctx.moveTo(x(reading), y(reading.mm[axis]! - reading.error[axis]!))
    ctx.lineTo(x(reading), y(reading.mm[axis]! + reading.error[axis]!))
  }
  ctx.stroke()
  ctx.globalAlpha = 1
  ctx.lineWidth = 1.75 * ratio
  for (const reading of known) {
    // A doubted one is hollow.
    ctx.fillStyle = colour(reading.doubted ? '--card' : AXES[axis]!.colour)
    trace(ctx, AXES[axis]!.shape, x(reading), y(reading.mm[axis]!), radius)
    ctx.fill()
    if (reading.doubted) ctx.stroke()
  }
  ctx.restore()
}

/** Lays the outline of a mark; its middle is at (x, y). */
function trace(ctx: CanvasRenderingContext2D, shape: Shape, x: number, y: number, radius: number): void {
  const corners: Record<Exclude<Shape, 'circle'>, [number, number][]> = {
    square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
    triangle: [[0, -1.2], [1.2, 1], [-1.2, 1]],
    diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
    point_down: [[0, 1.2], [1.2, -1], [-1.2, -1]],
  }
  ctx.beginPath()
  if (shape === 'circle') ctx.arc(x, y, radius, 0, 2 * Math.PI)
  else for (const [dx, dy] of corners[shape]) ctx.lineTo(x + dx * radius, y + dy * radius)
  ctx.closePath()
}

/** A stem and a mark for each entry that tells it, so that "none" is seen as asked. */
function drawLane(plot: uPlot, readings: Reading[], lane: Lane): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const { shape, colour: name } = LANES[lane]
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colour(name)
  ctx.lineWidth = 1.5 * ratio
  for (const reading of readings) {
    const value = reading[lane]
    if (value === null) continue
    const x = plot.valToPos(reading.at, 'x', true)
    const y = plot.valToPos(value, 'y', true)
    ctx.globalAlpha = 0.55
    ctx.beginPath()
    ctx.moveTo(x, bbox.top + bbox.height)
    ctx.lineTo(x, y)
    ctx.stroke()
    ctx.globalAlpha = 1
    trace(ctx, shape, x, y, 2.75 * ratio)
    ctx.fill()
  }
  ctx.restore()
}
