import { t } from '@lingui/core/macro'
import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Reading } from '@/api/types'

interface TypeTextDialogProps {
  reading: Reading
  /** What stands in it at first. */
  initial: string
  opened: boolean
  onClose: () => void
  onSave: (text: string) => void
}

/** For what cutting and typing digit by digit would not mend: the whole text at once. */
export function TypeTextDialog({ opened, onClose, ...rest }: TypeTextDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`Type the whole number`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {opened && <TypeTextForm onClose={onClose} {...rest} />}
    </Modal>
  )
}

function TypeTextForm({ reading, initial, onClose, onSave }: Omit<TypeTextDialogProps, 'opened'>) {
  const [text, setText] = useState(initial)
  const isNumber = reading.symbols === 'number'
  const allowed = isNumber ? /^[\d.,\-\n]*$/ : /^[\d\n]*$/
  const trimmed = text.trim()
  const error = allowed.test(trimmed)
    ? undefined
    : isNumber
      ? t`Only digits and . , -, a line for each line of the picture.`
      : t`Only digits, a line for each line of the picture.`

  function save() {
    if (trimmed !== '' && error === undefined) onSave(trimmed)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Textarea
        label={t`What the picture says`}
        description={t`Shift and Enter begin a new line.`}
        size="lg"
        rows={Math.min(Math.max(text.split('\n').length, 1), 12)}
        inputMode={isNumber ? 'text' : 'numeric'}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        onFocus={({ currentTarget }) => {
          // What is typed next belongs at the end.
          currentTarget.setSelectionRange(currentTarget.value.length, currentTarget.value.length)
        }}
        value={text}
        error={error}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey) return
          event.preventDefault()
          save()
        }}
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t`Leave it`}
        </Button>
        <Button type="submit" disabled={trimmed === '' || error !== undefined}>
          {t`Save, next`}
        </Button>
      </Group>
    </form>
  )
}
