/** The phone's camera within the page: its stream, and a still out of it. */

export const hasCamera = (): boolean => typeof navigator.mediaDevices?.getUserMedia === 'function'

/** The camera away from the face, as sharp as it goes. Throws where there is none or it is refused. */
export function openCamera(facing: 'environment' | 'user'): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: facing }, width: { ideal: 3840 }, height: { ideal: 2160 } },
  })
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** The frame now shown, as a JPEG without anything about place or device in it. Throws where the browser gives none. */
export async function shoot(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')!.drawImage(video, 0, 0)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
  if (!blob || !video.videoWidth) throw new Error('no frame')
  return new File([blob], 'photo.jpg', { type: 'image/jpeg', lastModified: Date.now() })
}
