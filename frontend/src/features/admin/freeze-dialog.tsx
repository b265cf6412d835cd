import { t } from '@lingui/core/macro'
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { errorText, fieldErrorText } from '@/api/error-text'
import type { AdminUser } from '@/api/types'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { useFreezing } from '@/features/admin/queries'

interface FreezeDialogProps {
  user: AdminUser | null
  onClose: () => void
  onDone: (user: AdminUser) => void
}

/** Asks for the reason, which the audit log keeps, and then once more. */
export function FreezeDialog({ user, onClose, onDone }: FreezeDialogProps) {
  const [shown, setShown] = useState(user)
  const [reason, setReason] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const freezing = useFreezing()
  // The words stay what they were while the dialog goes away.
  if (user && user !== shown) {
    setShown(user)
    setReason('')
    setIsMissing(false)
  }
  if (!shown) return null
  const { email } = shown
  const isFrozen = shown.frozen_at !== null
  const fieldProblem = fieldErrorText(freezing.error, 'reason')

  function submit() {
    if (!shown) return
    if (reason.trim() === '') {
      setIsMissing(true)
      return
    }
    freezing.mutate({ user: shown, reason: reason.trim() }, { onSuccess: onDone })
  }

  return (
    <ConfirmDialog
      opened={user !== null}
      title={isFrozen ? t`Open this account again?` : t`Freeze this account?`}
      yes={isFrozen ? t`Unfreeze` : t`Freeze`}
      no={t`Leave it as it is`}
      isRunning={freezing.isPending}
      problem={freezing.isError && !fieldProblem ? errorText(freezing.error) : undefined}
      onYes={submit}
      onClose={onClose}
      onClosed={() => freezing.reset()}
    >
      <p style={{ marginTop: 0 }}>
        {isFrozen
          ? t`${email} can log in and read again at once. All is still there.`
          : t`${email} can neither log in nor read any more, and its API keys stop at once. Nothing is deleted, and you can undo it.`}
      </p>
      <TextInput
        label={t`Reason`}
        description={t`Kept in the audit log, which the person gets with their data.`}
        maxLength={200}
        required
        data-autofocus
        value={reason}
        error={
          isMissing ? t`Say why, so that others understand it later.` : (fieldProblem ?? undefined)
        }
        onChange={(event) => {
          setReason(event.currentTarget.value)
          setIsMissing(false)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !freezing.isPending) submit()
        }}
      />
    </ConfirmDialog>
  )
}
