import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { CameraTrouble } from '@/features/readings/capture/camera-trouble'
import { Loaded } from '@/features/readings/capture/loaded'
import { PicturePreview } from '@/features/readings/capture/picture-preview'
import { useCamera } from '@/features/readings/capture/use-camera'
import { Viewfinder } from '@/features/readings/capture/viewfinder'

interface CameraViewProps {
  onRead: (picture: File) => void
}

type Step = 'look' | 'check' | 'crop'

/** From the viewfinder to a picture that was looked at, and cut or turned where that helps. */
export function CameraView({ onRead }: CameraViewProps) {
  const [picture, setPicture] = useState<File>()
  const [step, setStep] = useState<Step>('look')
  const { state, choose, restart } = useCamera(step === 'look')

  if (picture && step === 'crop') {
    return (
      <Loaded name="crop" load={() => import('@/features/readings/capture/crop-editor')}>
        {({ CropEditor }) => (
          <CropEditor
            file={picture}
            done={t`Use this part`}
            onDone={(part) => {
              setPicture(part)
              setStep('check')
            }}
            onCancel={() => setStep('check')}
          />
        )}
      </Loaded>
    )
  }
  if (picture && step === 'check') {
    return (
      <PicturePreview
        picture={picture}
        onRead={() => onRead(picture)}
        onRetake={() => setStep('look')}
        onCrop={() => setStep('crop')}
      />
    )
  }
  if (state.phase === 'failed') {
    return <CameraTrouble problem={state.problem} onRetry={restart} onFile={onRead} />
  }
  return (
    <Viewfinder
      camera={state.phase === 'live' ? state : null}
      onChoose={choose}
      onPicture={(taken) => {
        setPicture(taken)
        setStep('check')
      }}
    />
  )
}
