import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import {
  CameraError,
  hasTorch,
  listCameras,
  openCamera,
  problemOf,
  rememberCamera,
  rememberedCamera,
  stopCamera,
  type Camera,
  type CameraProblem,
} from '@/features/readings/capture/camera'

export type CameraState =
  | { phase: 'starting' }
  | {
      phase: 'live'
      stream: MediaStream
      track: MediaStreamTrack
      cameras: Camera[]
      /** The camera that runs. */
      id: string
      hasTorch: boolean
    }
  | { phase: 'failed'; problem: CameraProblem }

const starting: CameraState = { phase: 'starting' }

/**
 * The camera, for as long as it is wanted and the page is looked at; then it goes out, and its light with it. Whoever
 * comes back to the page finds it running again.
 */
export function useCamera(isWanted: boolean) {
  const [wantedId, setWantedId] = useState(rememberedCamera)
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState(starting)
  const isOn = useDocumentVisibility() === 'visible' && isWanted

  useEffect(() => {
    if (!isOn) return
    let isOver = false
    let opened: MediaStream | undefined

    async function start() {
      const stream = await openCamera(wantedId)
      opened = stream
      if (isOver) {
        stopCamera(stream)
        return
      }
      const [track] = stream.getVideoTracks()
      if (!track) throw new CameraError('missing')
      // Unplugged, or forbidden meanwhile; a track that we stop ourselves does not tell.
      track.addEventListener('ended', () => setState({ phase: 'failed', problem: 'lost' }))
      const cameras = await listCameras()
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have ended while we waited
      if (isOver) return
      const id = track.getSettings().deviceId ?? ''
      setState({ phase: 'live', stream, track, cameras, id, hasTorch: hasTorch(track) })
    }

    start().catch((error: unknown) => {
      if (opened) stopCamera(opened)
      if (!isOver) setState({ phase: 'failed', problem: problemOf(error) })
    })
    return () => {
      isOver = true
      if (opened) stopCamera(opened)
      setState(starting)
    }
  }, [isOn, wantedId, attempt])

  function choose(id: string) {
    rememberCamera(id)
    setWantedId(id)
  }

  return { state, choose, restart: () => setAttempt((known) => known + 1) }
}
