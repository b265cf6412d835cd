import { t } from '@lingui/core/macro'
import { Select } from '@mantine/core'
import { useState } from 'react'
import { errorText } from '@/api/error-text'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { useAct, type Act } from '@/features/networks/switching/queries'
import { networkName } from '@/features/networks/words'
import { formatShare } from '@/lib/format'

const SHARES = [0.05, 0.2, 0.5, 1]

interface ActDialogProps {
  act: Act | null
  onClose: () => void
  onDone: (words: string) => void
}

/** Asks once more before all servers read with another version, or read twice. */
export function ActDialog({ act, onClose, onDone }: ActDialogProps) {
  const [shown, setShown] = useState(act)
  const [share, setShare] = useState(1)
  const acting = useAct()
  // The words stay what they were while the dialog goes away.
  if (act && act !== shown) setShown(act)
  if (!shown) return null
  const words = wordsOf(shown)
  const chosen: Act = shown.kind === 'challenge' ? { ...shown, share } : shown

  return (
    <ConfirmDialog
      opened={act !== null}
      title={words.question}
      yes={words.yes}
      no={t`Leave it as it is`}
      isRunning={acting.isPending}
      problem={acting.isError ? errorText(acting.error) : undefined}
      onYes={() => acting.mutate(chosen, { onSuccess: () => onDone(words.done) })}
      onClose={onClose}
      onClosed={() => acting.reset()}
    >
      <p style={{ marginTop: 0 }}>{words.what}</p>
      {shown.kind === 'challenge' && (
        <Select
          label={t`Share of the readings`}
          size="md"
          allowDeselect={false}
          data={SHARES.map((one) => ({ value: String(one), label: formatShare(one) }))}
          value={String(share)}
          onChange={(value) => value && setShare(Number(value))}
        />
      )}
    </ConfirmDialog>
  )
}

interface Words {
  question: string
  what: string
  yes: string
  done: string
}

function wordsOf(act: Act): Words {
  const network = networkName(act.name)
  const { version } = act
  switch (act.kind) {
    case 'activate':
      return {
        question: t`Let this version read?`,
        what: t`${network} ${version} is checked first, and refused if anything is wrong with it. Then it reads for everybody. You can roll it back.`,
        yes: t`Activate`,
        done: t`${network} ${version} is activated.`,
      }
    case 'rollback':
      return {
        question: t`Go back to the version before?`,
        what: t`${network} ${version} reads for everybody again. What was read meanwhile stays as it is.`,
        yes: t`Roll back`,
        done: t`${network} is rolled back to ${version}.`,
      }
    case 'challenge':
      return {
        question: t`Let this version read along?`,
        what: t`${network} ${version} reads pictures of all accounts a second time, after they were answered. Nobody sees what it reads, and nobody pays for it. It takes processor time, and passes over pictures while the service is busy.`,
        yes: t`Start`,
        done: t`${network} ${version} reads along.`,
      }
    case 'end':
      return {
        question: t`Stop reading along?`,
        what: t`${network} ${version} reads along no more. What it has read stays here to be compared.`,
        yes: t`Stop`,
        done: t`${network} ${version} reads along no more.`,
      }
  }
}
