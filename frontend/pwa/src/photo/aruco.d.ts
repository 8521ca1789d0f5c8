declare module 'js-aruco2' {
  export interface Marker {
    id: number
    corners: { x: number; y: number }[]
  }
  export const AR: {
    Detector: new (config: { dictionaryName: 'ARUCO_MIP_36h12'; maxHammingDistance: number }) => {
      /** RGBA, four bytes a pixel. Corners clockwise from the marker's own upper left. */
      detectImage(width: number, height: number, data: ArrayLike<number>): Marker[]
    }
    DICTIONARIES: { ARUCO_MIP_36h12: { codeList: number[] } }
  }
}
