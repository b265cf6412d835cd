import { t } from '@lingui/core/macro'
import { Modal } from '@mantine/core'
import { MadeKey } from '@/features/keys/made-key'
import { NewKeyForm } from '@/features/keys/new-key-form'
import { useCreateKey } from '@/features/keys/queries'

/** First what the key may do, then the key itself: it is closed by its button only, since it is shown once. */
export function NewKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const create = useCreateKey()
  const made = create.data

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={create.reset}
      size={made ? 'lg' : 'md'}
      title={made ? t`Copy your key now` : t`New API key`}
      withCloseButton={!made}
      closeOnClickOutside={!made}
      closeOnEscape={!made}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {made ? (
        <MadeKey made={made} onDone={onClose} />
      ) : (
        <NewKeyForm
          isRunning={create.isPending}
          error={create.error}
          onCancel={onClose}
          onCreate={create.mutate}
        />
      )}
    </Modal>
  )
}
