import { act, renderHook, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useCamera } from '@/features/readings/capture/use-camera'

/** What jsdom has none of: a device with two cameras, which tells what runs. */
class Device {
  readonly tracks: Track[] = []
  waiting: (() => void)[] = []
  isSlow = false

  async getUserMedia({ video }: { video: MediaTrackConstraints }) {
    if (this.isSlow) await new Promise<void>((resolve) => this.waiting.push(resolve))
    const chosen = video.deviceId as ConstrainDOMStringParameters | undefined
    const track = new Track(String(chosen?.exact ?? 'back'))
    this.tracks.push(track)
    return { getTracks: () => [track], getVideoTracks: () => [track] }
  }

  enumerateDevices() {
    const device = (deviceId: string, kind: string) => ({
      deviceId,
      kind,
      label: `${deviceId} one`,
    })
    return Promise.resolve([
      device('back', 'videoinput'),
      device('desk', 'videoinput'),
      device('ear', 'audioinput'),
    ])
  }

  get running() {
    return this.tracks.filter(({ readyState }) => readyState === 'live').map(({ id }) => id)
  }
}

class Track extends EventTarget {
  readyState = 'live'
  constructor(readonly id: string) {
    super()
  }
  stop() {
    this.readyState = 'ended'
  }
  getSettings() {
    return { deviceId: this.id }
  }
  getCapabilities() {
    return { torch: this.id === 'back' }
  }
}

let device: Device

beforeEach(() => {
  device = new Device()
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: device })
})
afterEach(() => {
  Reflect.deleteProperty(navigator, 'mediaDevices')
  Reflect.deleteProperty(document, 'visibilityState')
  localStorage.clear()
})

function setVisible(state: DocumentVisibilityState) {
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: state })
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}

async function openCamera() {
  const hook = renderHook(({ isWanted }) => useCamera(isWanted), {
    initialProps: { isWanted: true },
  })
  await waitFor(() => expect(hook.result.current.state.phase).toBe('live'))
  return hook
}

test('the camera at the back runs, with its light and the others to choose from', async () => {
  const { result } = await openCamera()
  expect(result.current.state).toMatchObject({
    id: 'back',
    hasTorch: true,
    cameras: [
      { id: 'back', name: 'back one' },
      { id: 'desk', name: 'desk one' },
    ],
  })
})

test('it goes out when it is closed, and when a picture was taken', async () => {
  const { rerender, unmount } = await openCamera()
  rerender({ isWanted: false })
  expect(device.running).toEqual([])
  rerender({ isWanted: true })
  await waitFor(() => expect(device.running).toEqual(['back']))
  unmount()
  expect(device.running).toEqual([])
})

test('it goes out when the tab is hidden, and comes back with it', async () => {
  const { result } = await openCamera()
  setVisible('hidden')
  expect(device.running).toEqual([])
  setVisible('visible')
  await waitFor(() => expect(result.current.state.phase).toBe('live'))
  expect(device.running).toEqual(['back'])
})

test('one that starts only after it was closed goes out at once', async () => {
  device.isSlow = true
  const { unmount } = renderHook(() => useCamera(true))
  unmount()
  device.waiting.forEach((start) => start())
  await waitFor(() => expect(device.tracks).toHaveLength(1))
  await waitFor(() => expect(device.running).toEqual([]))
})

test('another camera takes the place of the first, and is remembered', async () => {
  const { result, unmount } = await openCamera()
  act(() => result.current.choose('desk'))
  await waitFor(() => expect(device.running).toEqual(['desk']))
  unmount()

  const { result: next } = await openCamera()
  expect(next.current.state).toMatchObject({ id: 'desk', hasTorch: false })
})

test('a camera that is pulled out is told, and can be tried again', async () => {
  const { result } = await openCamera()
  act(() => void device.tracks[0]?.dispatchEvent(new Event('ended')))
  expect(result.current.state).toEqual({ phase: 'failed', problem: 'lost' })
  act(() => result.current.restart())
  await waitFor(() => expect(result.current.state.phase).toBe('live'))
})
