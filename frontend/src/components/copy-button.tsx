import { t } from '@lingui/core/macro'
import { Button, VisuallyHidden, type ButtonProps } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'

interface CopyButtonProps extends ButtonProps {
  text: string
  label: string
}

/** Copies, and says so; where the browser does not allow it, says that too. */
export function CopyButton({ text, label, ...props }: CopyButtonProps) {
  const { copy, copied, error } = useClipboard({ timeout: 2500 })
  const Icon = copied ? IconCheck : IconCopy
  return (
    <>
      <Button
        {...props}
        leftSection={<Icon size={18} aria-hidden />}
        aria-label={copied ? undefined : label}
        onClick={() => copy(text)}
      >
        {copied ? t`Copied` : error ? t`Select it by hand` : t`Copy`}
      </Button>
      <VisuallyHidden role="status">
        {copied && t`Copied.`}
        {error && t`The browser did not allow it: select the text and copy it by hand.`}
      </VisuallyHidden>
    </>
  )
}
