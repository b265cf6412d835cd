import { canvasBlob, newCanvas } from '@/features/readings/capture/canvas'

/** Why there is no picture from the camera. */
export type CameraProblem =
  'insecure' | 'unsupported' | 'refused' | 'missing' | 'busy' | 'lost' | 'unknown'

export interface Camera {
  id: string
  /** Empty where the browser does not tell it. */
  name: string
}

// More would only slow the viewfinder down: the picture itself is taken at the size of the sensor where that can be had.
const VIEW = { width: { ideal: 2560 }, height: { ideal: 1440 } }
// Enough for any handwriting, and sent within seconds.
const LONGEST_PX = 4_000
const PHOTO_TIMEOUT_MS = 4_000
const REMEMBERED = 'legible-camera'

const problemsByName: Partial<Record<string, CameraProblem>> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export class CameraError extends Error {
  constructor(readonly problem: CameraProblem) {
    super(problem)
  }
}

export function problemOf(error: unknown): CameraProblem {
  if (error instanceof CameraError) return error.problem
  const name = error instanceof DOMException || error instanceof Error ? error.name : ''
  return problemsByName[name] ?? 'unknown'
}

/** Opens the camera that was asked for, or, without one or where it is gone, the one at the back of a phone. */
export async function openCamera(cameraId: string | null): Promise<MediaStream> {
  // Old browsers, and all where the page did not come over HTTPS, have none of it.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices || !('getUserMedia' in devices)) {
    throw new CameraError(window.isSecureContext ? 'unsupported' : 'insecure')
  }
  const open = (video: MediaTrackConstraints) =>
    devices.getUserMedia({ audio: false, video: { ...VIEW, ...video } })
  if (cameraId !== null) {
    try {
      return await open({ deviceId: { exact: cameraId } })
    } catch (error) {
      if (problemOf(error) !== 'missing') throw error
    }
  }
  return open({ facingMode: { ideal: 'environment' } })
}

export function stopCamera(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop()
}

/** The cameras to choose from. They have names only once one of them was allowed. */
export async function listCameras(): Promise<Camera[]> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }))
}

/** The camera chosen on this device before, such as the one above the desk. */
export function rememberedCamera(): string | null {
  try {
    return localStorage.getItem(REMEMBERED)
  } catch {
    return null
  }
}

export function rememberCamera(id: string) {
  try {
    localStorage.setItem(REMEMBERED, id)
  } catch {
    // Nothing can be kept here; it is chosen anew next time.
  }
}

// Image Capture has it; the types of the DOM do not.
interface Torch {
  torch?: boolean
}

export function hasTorch(track: MediaStreamTrack): boolean {
  // Firefox has no getCapabilities.
  if (!('getCapabilities' in track)) return false
  return (track.getCapabilities() as Torch).torch === true
}

export async function switchTorch(track: MediaStreamTrack, torch: boolean) {
  const light: MediaTrackConstraintSet & Torch = { torch }
  await track.applyConstraints({ advanced: [light] })
}

/** A picture as fine as the camera takes it, or what the viewfinder shows where the browser can do no better. */
export async function takePicture(stream: MediaStream, video: HTMLVideoElement): Promise<File> {
  const [track] = stream.getVideoTracks()
  const photo = track ? await takePhoto(track) : null
  const blob = photo ?? (await grabFrame(video))
  const name = blob.type === 'image/png' ? 'photo.png' : 'photo.jpg'
  return new File([blob], name, { type: blob.type || 'image/jpeg' })
}

async function takePhoto(track: MediaStreamTrack): Promise<Blob | null> {
  if (!('ImageCapture' in window)) return null
  // Some cameras promise a photo and never take one.
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PHOTO_TIMEOUT_MS)
  })
  try {
    return await Promise.race([takeLargest(new ImageCapture(track)), late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

async function takeLargest(capture: ImageCapture): Promise<Blob> {
  const { imageWidth, imageHeight } = await capture.getPhotoCapabilities()
  return capture.takePhoto(photoSize(imageWidth?.max, imageHeight?.max))
}

export function photoSize(width = 0, height = 0): PhotoSettings {
  if (width <= 0 || height <= 0) return {}
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height))
  return { imageWidth: Math.round(width * scale), imageHeight: Math.round(height * scale) }
}

function grabFrame(video: HTMLVideoElement): Promise<Blob> {
  const { canvas, pen } = newCanvas({ width: video.videoWidth, height: video.videoHeight })
  pen.drawImage(video, 0, 0)
  return canvasBlob(canvas, 'image/jpeg')
}
