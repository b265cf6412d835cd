import { t } from '@lingui/core/macro'
import { Button, Loader, NativeSelect } from '@mantine/core'
import { IconBulb, IconBulbOff } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { switchTorch, takePicture } from '@/features/readings/capture/camera'
import classes from '@/features/readings/capture/camera-view.module.css'
import type { CameraState } from '@/features/readings/capture/use-camera'

type LiveCamera = Extract<CameraState, { phase: 'live' }>

interface ViewfinderProps {
  /** Null while it starts. */
  camera: LiveCamera | null
  onChoose: (cameraId: string) => void
  onPicture: (picture: File) => void
}

/** What the camera sees, and the button that takes it. Space and Enter take it too. */
export function Viewfinder({ camera, onChoose, onPicture }: ViewfinderProps) {
  const video = useRef<HTMLVideoElement>(null)
  const shutter = useRef<HTMLButtonElement>(null)
  const [isTaking, setIsTaking] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const stream = camera?.stream

  useEffect(() => shutter.current?.focus(), [])
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null
  }, [stream])

  function take() {
    // Before its first frame a camera has nothing to give.
    if (!stream || isTaking || !video.current?.videoWidth) return
    setIsTaking(true)
    setHasFailed(false)
    takePicture(stream, video.current)
      .then(onPicture, () => setHasFailed(true))
      .finally(() => setIsTaking(false))
  }
  useShutterKeys(take)

  return (
    <div className={classes.view}>
      <div className={classes.screen}>
        <video
          ref={video}
          className={classes.image}
          autoPlay
          playsInline
          muted
          aria-label={t`What the camera sees`}
        />
        {!camera && <Loader type="dots" className={classes.starting} aria-hidden />}
      </div>
      <p role="status" className={classes.words}>
        {viewSentence(camera !== null, hasFailed)}
      </p>
      <div className={classes.bar}>
        {camera && camera.cameras.length > 1 && (
          <NativeSelect
            aria-label={t`Camera`}
            className={classes.choice}
            data={camera.cameras.map(({ id, name }, index) => ({
              value: id,
              label: name || cameraName(index + 1),
            }))}
            value={camera.id}
            onChange={({ currentTarget }) => onChoose(currentTarget.value)}
          />
        )}
        {camera?.hasTorch && <TorchButton key={camera.track.id} track={camera.track} />}
        <Button
          ref={shutter}
          size="md"
          className={classes.main}
          data-autofocus
          aria-disabled={!camera}
          loading={isTaking}
          onClick={take}
        >
          {t`Take the picture`}
        </Button>
      </div>
    </div>
  )
}

function viewSentence(isLive: boolean, hasFailed: boolean): string {
  if (hasFailed) return t`The picture could not be taken. Try again.`
  return isLive ? t`Fill the picture with the number.` : t`The camera is starting …`
}

function cameraName(number: number): string {
  return t`Camera ${number}`
}

function TorchButton({ track }: { track: MediaStreamTrack }) {
  const [isLit, setIsLit] = useState(false)
  const Icon = isLit ? IconBulbOff : IconBulb

  function toggle() {
    switchTorch(track, !isLit).then(
      () => setIsLit(!isLit),
      // Some phones lend their light to one program only; the picture can be taken without.
      () => setIsLit(false),
    )
  }

  return (
    <Button
      variant="default"
      leftSection={<Icon size={18} aria-hidden />}
      aria-pressed={isLit}
      onClick={toggle}
    >
      {t({ message: 'Light', context: 'of a camera' })}
    </Button>
  )
}

/** Wherever the focus is, except on what has a use of its own for the key. */
function useShutterKeys(take: () => void) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const isElsewhere = (event.target as Element).closest('button, select, a, input')
    if (isElsewhere || event.repeat || (event.key !== ' ' && event.key !== 'Enter')) return
    event.preventDefault()
    take()
  })

  useEffect(() => {
    const listening = new AbortController()
    window.addEventListener('keydown', press, { signal: listening.signal })
    return () => listening.abort()
  }, [])
}
