import { t } from '@lingui/core/macro'
import { Button, VisuallyHidden } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Notice } from '@/components/notice'

export function CopyTextButton({ text }: { text: string }) {
  const { copy, copied, error } = useClipboard({ timeout: 2500 })
  const Icon = copied ? IconCheck : IconCopy
  return (
    <div>
      <Button
        variant="light"
        leftSection={<Icon size={18} aria-hidden />}
        onClick={() => copy(text)}
      >
        {copied ? t`Copied` : t`Copy the text`}
      </Button>
      <VisuallyHidden role="status">{copied && t`The text was copied.`}</VisuallyHidden>
      {error && (
        <Notice kind="error">
          {t`The browser did not allow it: select the text and copy it by hand.`}
        </Notice>
      )}
    </div>
  )
}
