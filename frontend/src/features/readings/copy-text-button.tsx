import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'

export function CopyTextButton({ text }: { text: string }) {
  const { copy, copied, error } = useClipboard({ timeout: 2500 })
  return (
    <div>
      <Button
        variant="light"
        leftSection={
          copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />
        }
        onClick={() => copy(text)}
      >
        {copied ? 'Copied' : 'Copy the text'}
      </Button>
      <span role="status" style={{ marginInlineStart: 12, color: 'var(--ink-soft)' }}>
        {error && 'The browser did not allow it: select the text and copy it by hand.'}
      </span>
    </div>
  )
}
