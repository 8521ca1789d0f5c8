/** The lump's chart, drawn by uPlot: readings loudest, the band quiet, pain and redness in lanes of their own. */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { EventRow, Unit } from '../../core/types'
import { inUnit } from '../../lib/measure'
import { locale } from '../../words'
import type { Reading } from './readings'

export interface ChartWants {
  readings: Reading[]
  events: EventRow[]
  unit: Unit
  has: { depth: boolean; pain: boolean; redness: boolean }
  band: { at: number; low: number; high: number }[] | null
  eventName: (kind: string) => string
  words: { pain: string; redness: string }
}

const SHAPES = ['circle', 'square', 'diamond'] as const
const AXIS_COLOURS = ['--chart-length', '--chart-width', '--chart-depth']
const SIZE_HEIGHT = 260
const LANE_HEIGHT = 52
const SYNC = 'lump'

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** Draws into `box`; the caller destroys it before drawing again. */
export function drawChart(box: HTMLElement, wants: ChartWants): { destroy(): void } {
  const plots = [sizePlot(box, wants)]
  if (wants.has.pain || wants.has.redness) plots.push(lanePlot(box, wants))
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

function sizePlot(box: HTMLElement, wants: ChartWants): uPlot {
  const { readings, unit, has } = wants
  const axes = has.depth ? [0, 1, 2] : [0, 1]
  const values = axes.map((axis) => readings.map((reading) => reading.mm[axis] ?? null))
  const options: uPlot.Options = {
    ...common(box, SIZE_HEIGHT),
    axes: [timeAxis(), sizeAxis(unit)],
    scales: { x: { time: true, range: () => timeRange(wants) }, y: { range: () => sizeRange(readings) } },
    series: [{}, ...axes.map((axis) => ({ stroke: colour(AXIS_COLOURS[axis]!), width: 0, points: { show: false } }))],
    hooks: {
      drawClear: [(plot) => drawBand(plot, wants), (plot) => drawEvents(plot, wants)],
      draw: [(plot) => axes.forEach((axis) => drawReadings(plot, readings, axis))],
    },
  }
  return new uPlot(options, [readings.map((reading) => reading.at), ...values] as uPlot.AlignedData, box)
}

function lanePlot(box: HTMLElement, wants: ChartWants): uPlot {
  const { readings } = wants
  const options: uPlot.Options = {
    ...common(box, LANE_HEIGHT * (Number(wants.has.pain) + Number(wants.has.redness))),
    axes: [{ ...timeAxis(), show: false }, { ...sizeAxis('mm'), values: () => [], splits: () => [], ticks: { show: false } }],
    scales: { x: { time: true, range: () => timeRange(wants) }, y: { range: [0, 2] } },
    series: [{}, { width: 0, points: { show: false } }],
    hooks: { draw: [(plot) => drawLanes(plot, wants)] },
  }
  return new uPlot(options, [readings.map((reading) => reading.at), readings.map(() => null)] as uPlot.AlignedData, box)
}

function common(box: HTMLElement, height: number): Pick<uPlot.Options, 'width' | 'height' | 'legend' | 'cursor' | 'padding'> {
  return {
    width: box.clientWidth || 320,
    height,
    padding: [10, 10, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: SYNC }, drag: { x: false, y: false }, points: { show: false } },
  }
}

const font = (): string => `13px ${colour('--font') || 'sans-serif'}`

const timeAxis = (): uPlot.Axis => ({
  stroke: colour('--ink-quiet'),
  font: font(),
  grid: { show: false },
  ticks: { stroke: colour('--chart-grid'), size: 5 },
  space: 70,
  values: (_plot, splits, _index, _space, step) =>
    splits.map((split) => new Date(split * 1000).toLocaleDateString(locale(), step > 27 * 86_400 ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' })),
})

const sizeAxis = (unit: Unit): uPlot.Axis => ({
  stroke: colour('--ink-quiet'),
  font: font(),
  size: 46,
  grid: { stroke: colour('--chart-grid'), width: 1 },
  ticks: { show: false },
  // The unit stands once, at the top.
  values: (_plot, splits) => splits.map((split, index) => `${inUnit(split, unit)}${index === splits.length - 1 ? ` ${unit}` : ''}`),
})

function timeRange({ readings, events }: ChartWants): [number, number] {
  const times = [...readings.map((reading) => reading.at), ...events.map((event) => new Date(event.data.at).getTime() / 1000)]
  const low = Math.min(...times)
  const high = Math.max(...times)
  const pad = Math.max((high - low) * 0.04, 86_400)
  return [low - pad, high + pad]
}

/** The y axis starts where the data lives. */
function sizeRange(readings: Reading[]): [number, number] {
  const lows = readings.flatMap((r) => [r.low, ...r.mm]).filter((mm): mm is number => mm !== null)
  const highs = readings.flatMap((r) => [r.high, ...r.mm]).filter((mm): mm is number => mm !== null)
  const low = Math.min(...lows)
  const high = Math.max(...highs)
  const pad = Math.max((high - low) * 0.08, 1)
  return [Math.max(0, low - pad), high + pad]
}

function drawBand(plot: uPlot, { readings, band }: ChartWants): void {
  const points = band ?? readings.filter((r) => r.low !== null).map((r) => ({ at: r.at, low: r.low!, high: r.high! }))
  if (points.length < 2) return
  const { ctx } = plot
  ctx.save()
  ctx.fillStyle = colour('--chart-band')
  ctx.beginPath()
  for (const point of points) ctx.lineTo(plot.valToPos(point.at, 'x', true), plot.valToPos(point.high, 'y', true))
  for (const point of [...points].reverse()) ctx.lineTo(plot.valToPos(point.at, 'x', true), plot.valToPos(point.low, 'y', true))
  ctx.closePath()
  ctx.fill()
  ctx.restore()
}

function drawEvents(plot: uPlot, { events, eventName }: ChartWants): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colour('--chart-event')
  ctx.setLineDash([4 * ratio, 4 * ratio])
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  ctx.font = `${12 * ratio}px ${colour('--font')}`
  for (const [index, event] of events.filter(({ data }) => data.kind !== 'acknowledged').entries()) {
    const x = Math.round(plot.valToPos(new Date(event.data.at).getTime() / 1000, 'x', true))
    ctx.beginPath()
    ctx.moveTo(x, plot.bbox.top)
    ctx.lineTo(x, plot.bbox.top + plot.bbox.height)
    ctx.stroke()
    const name = eventName(event.data.kind)
    const wide = ctx.measureText(name).width
    const fits = x + wide + 6 * ratio < plot.bbox.left + plot.bbox.width
    ctx.fillText(name, fits ? x + 4 * ratio : x - wide - 4 * ratio, plot.bbox.top + (12 + (index % 3) * 15) * ratio)
  }
  ctx.restore()
}

function drawReadings(plot: uPlot, readings: Reading[], axis: number): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  const radius = (axis === 0 ? 4.5 : 3.5) * ratio
  ctx.save()
  ctx.fillStyle = ctx.strokeStyle = colour(AXIS_COLOURS[axis]!)
  ctx.lineWidth = 1.25 * ratio
  for (const reading of readings) {
    const mm = reading.mm[axis]
    if (mm == null) continue
    const x = plot.valToPos(reading.at, 'x', true)
    const y = plot.valToPos(mm, 'y', true)
    if (mm === reading.longest && axis < 2) {
      ctx.globalAlpha = 0.6
      ctx.beginPath()
      ctx.moveTo(x, plot.valToPos(reading.low!, 'y', true))
      ctx.lineTo(x, plot.valToPos(reading.high!, 'y', true))
      ctx.stroke()
      ctx.globalAlpha = 1
    }
    drawShape(ctx, SHAPES[axis]!, x, y, radius)
  }
  ctx.restore()
}

function drawShape(ctx: CanvasRenderingContext2D, shape: (typeof SHAPES)[number], x: number, y: number, radius: number): void {
  ctx.beginPath()
  if (shape === 'circle') ctx.arc(x, y, radius, 0, 2 * Math.PI)
  else if (shape === 'square') ctx.rect(x - radius, y - radius, 2 * radius, 2 * radius)
  else {
    ctx.moveTo(x, y - radius * 1.3)
    for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0]] as const) ctx.lineTo(x + dx * radius * 1.3, y + dy * radius * 1.3)
    ctx.closePath()
  }
  ctx.fill()
}

/** Pain as filled bars in the upper lane, redness as open ones in the lower: they rise from a line of their own. */
function drawLanes(plot: uPlot, { readings, words, has }: ChartWants): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  const wide = Math.max(3, Math.min(8, plot.bbox.width / ratio / readings.length / 2)) * ratio
  const all = [
    { key: 'pain' as const, most: 10, colour: colour('--chart-pain'), word: words.pain },
    { key: 'redness' as const, most: 3, colour: colour('--chart-redness'), word: words.redness },
  ].filter((lane) => has[lane.key])
  const lanes = all.map((lane, index) => ({ ...lane, top: index / all.length, share: 1 / all.length }))
  ctx.save()
  ctx.font = `${12 * ratio}px ${colour('--font')}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  for (const lane of lanes) {
    const floor = plot.bbox.top + (lane.top + 0.96 * lane.share) * plot.bbox.height
    const room = 0.62 * lane.share * plot.bbox.height
    ctx.fillStyle = colour('--ink-quiet')
    ctx.fillText(lane.word, plot.bbox.left, plot.bbox.top + lane.top * plot.bbox.height + 11 * ratio)
    ctx.strokeStyle = colour('--chart-grid')
    ctx.strokeRect(plot.bbox.left, floor, plot.bbox.width, 0)
    ctx.strokeStyle = ctx.fillStyle = lane.colour
    ctx.lineWidth = 1.5 * ratio
    for (const reading of readings) {
      const value = reading[lane.key]
      if (!value) continue
      const x = plot.valToPos(reading.at, 'x', true) - wide / 2
      const tall = (value / lane.most) * room
      if (lane.key === 'pain') ctx.fillRect(x, floor - tall, wide, tall)
      else ctx.strokeRect(x, floor - tall, wide, tall)
    }
  }
  ctx.restore()
}
