/** Asks the worker what it sees in a frame or in the picture just taken. */
import type { Look } from './look'

export interface Finder {
  /** null where this browser has no worker for it, or the picture could not be read. */
  look(source: HTMLVideoElement | ImageBitmap, longSide: number): Promise<Look | null>
  close(): void
}

export function startFinder(): Finder {
  let worker: Worker | null = null
  const canvas = document.createElement('canvas')
  const waiting = new Map<number, (look: Look | null) => void>()
  let n = 0
  const giveUp = (): void => {
    for (const answer of waiting.values()) answer(null)
    waiting.clear()
    worker?.terminate()
    worker = null
  }
  try {
    worker = new Worker(new URL('./finder.worker.ts', import.meta.url), { type: 'module' })
    worker.onerror = giveUp
    worker.onmessage = ({ data }: MessageEvent<{ n: number; look: Look }>) => {
      waiting.get(data.n)?.(data.look)
      waiting.delete(data.n)
    }
  } catch {
    // Without it there are no hints; the photo is taken all the same.
  }
  return {
    look(source, longSide) {
      const frame = worker && frameOf(source, longSide, canvas)
      if (!worker || !frame) return Promise.resolve(null)
      n += 1
      const { width, height, data } = frame
      worker.postMessage({ n, width, height, pixels: data.buffer }, [data.buffer])
      return new Promise((resolve) => waiting.set(n, resolve))
    },
    close: giveUp,
  }
}

function frameOf(source: HTMLVideoElement | ImageBitmap, longSide: number, canvas: HTMLCanvasElement): ImageData | null {
  const [wide, high] = 'videoWidth' in source ? [source.videoWidth, source.videoHeight] : [source.width, source.height]
  if (!wide || !high) return null
  const scale = Math.min(1, longSide / Math.max(wide, high))
  canvas.width = Math.round(wide * scale)
  canvas.height = Math.round(high * scale)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return null
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
