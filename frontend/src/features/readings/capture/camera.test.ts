import { afterEach, expect, test, vi } from 'vitest'
import { openCamera, photoSize, problemOf, takePicture } from '@/features/readings/capture/camera'
import { cameraSentence, canMend } from '@/features/readings/capture/camera-words'

afterEach(() => {
  Reflect.deleteProperty(navigator, 'mediaDevices')
  Reflect.deleteProperty(window, 'isSecureContext')
  vi.unstubAllGlobals()
})

/** jsdom has no cameras: this one answers what a browser's would, and keeps what it was asked for. */
function withCamera(answer: (video: MediaTrackConstraints) => MediaStream) {
  const asked: MediaTrackConstraints[] = []
  const getUserMedia = ({ video }: { video: MediaTrackConstraints }) => {
    asked.push(video)
    return new Promise((resolve) => resolve(answer(video)))
  }
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia } })
  return asked
}

const stream = { getVideoTracks: () => [{}] } as unknown as MediaStream

async function problemOfOpening() {
  return openCamera(null).then(
    () => 'none',
    (error: unknown) => problemOf(error),
  )
}

test.each([
  ['NotAllowedError', 'refused'],
  ['SecurityError', 'refused'],
  ['NotFoundError', 'missing'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
  ['InvalidStateError', 'unknown'],
] as const)('a camera that answers %s is %s', async (name, problem) => {
  withCamera(() => {
    throw new DOMException('', name)
  })
  expect(await problemOfOpening()).toBe(problem)
  expect(canMend(problem)).toBe(true)
})

test.each([
  [true, 'unsupported', /browser/],
  [false, 'insecure', /HTTPS/],
] as const)('without cameras and isSecureContext %s it is %s', async (isSecure, problem, words) => {
  Object.defineProperty(window, 'isSecureContext', { configurable: true, value: isSecure })
  expect(await problemOfOpening()).toBe(problem)
  expect(cameraSentence(problem)).toMatch(words)
  expect(canMend(problem)).toBe(false)
})

test('the camera at the back is asked for, and no sound', async () => {
  const asked = withCamera(() => stream)
  expect(await openCamera(null)).toBe(stream)
  expect(asked).toEqual([expect.objectContaining({ facingMode: { ideal: 'environment' } })])
})

test('a remembered camera that is gone gives way to another', async () => {
  const asked = withCamera(({ deviceId }) => {
    if (deviceId) throw new DOMException('', 'OverconstrainedError')
    return stream
  })
  expect(await openCamera('above-the-desk')).toBe(stream)
  expect(asked.map(({ deviceId }) => deviceId)).toEqual([{ exact: 'above-the-desk' }, undefined])
})

test('a chosen camera that is blocked is not passed over', async () => {
  const asked = withCamera(() => {
    throw new DOMException('', 'NotAllowedError')
  })
  await expect(openCamera('above-the-desk')).rejects.toThrow()
  expect(asked).toHaveLength(1)
})

test.each([
  [4_000, 3_000, { imageWidth: 4_000, imageHeight: 3_000 }],
  [8_000, 6_000, { imageWidth: 4_000, imageHeight: 3_000 }],
  [undefined, undefined, {}],
])('a sensor of %s by %s pixels takes a photo of %o', (width, height, size) => {
  expect(photoSize(width, height)).toEqual(size)
})

test('a photo is taken at the size of the sensor', async () => {
  const taken: PhotoSettings[] = []
  class ImageCapture {
    getPhotoCapabilities() {
      return Promise.resolve({ imageWidth: { max: 1_600 }, imageHeight: { max: 1_200 } })
    }
    takePhoto(settings: PhotoSettings) {
      taken.push(settings)
      return Promise.resolve(new Blob(['pixels'], { type: 'image/png' }))
    }
  }
  vi.stubGlobal('ImageCapture', ImageCapture)
  const picture = await takePicture(stream, document.createElement('video'))

  expect(taken).toEqual([{ imageWidth: 1_600, imageHeight: 1_200 }])
  expect([picture.name, picture.type]).toEqual(['photo.png', 'image/png'])
})
