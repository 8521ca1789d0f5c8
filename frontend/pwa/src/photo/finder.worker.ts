/*! Markers are found by js-aruco2, © 2011 Juan Mellado, © 2020 Damiano Falcioni, MIT licence. */
import { AR } from 'js-aruco2'
import { greyOf, judge } from './look'

/** Apart from the page, so that the picture of the camera does not stutter while a frame is looked at. */
const SURE_BITS = 4 // Codes differ in 12 bits: with up to 3 wrong nothing else is taken for one of ours.
const detector = new AR.Detector({ dictionaryName: 'ARUCO_MIP_36h12', maxHammingDistance: SURE_BITS })

self.onmessage = ({ data: { n, width, height, pixels } }: MessageEvent<{ n: number; width: number; height: number; pixels: ArrayBuffer }>) => {
  const rgba = new Uint8ClampedArray(pixels)
  postMessage({ n, look: judge(greyOf(width, height, rgba), detector.detectImage(width, height, rgba)) })
}
