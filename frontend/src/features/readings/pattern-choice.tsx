import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { namedPatterns, wantsMarks } from '@/features/readings/named-patterns'
import classes from '@/features/readings/pattern-choice.module.css'

interface PatternChoiceProps {
  /** A name, an expression, or nothing. */
  pattern: string
  onChange: (pattern: string) => void
  /** What was chosen has marks in it, so that these are to be read. */
  onMarks: () => void
  /** What the service says against it, and the file that waits. */
  refused: { file: File; message: string } | undefined
  onRetry: (file: File) => void
}

const OWN = 'own'
const MAX_CHARS = 200

/** What the number must look like. It steers the reading, so that a 1 is no 7 where no 7 can be. */
export function PatternChoice({
  pattern,
  onChange,
  onMarks,
  refused,
  onRetry,
}: PatternChoiceProps) {
  const [isOwn, setIsOwn] = useState(false)
  const named = namedPatterns.find(({ name }) => name === pattern)

  function choose(value: string) {
    setIsOwn(value === OWN)
    onChange(value === OWN ? '' : value)
    if (namedPatterns.find(({ name }) => name === value)?.hasMarks) onMarks()
  }

  return (
    <div className={classes.choice}>
      <NativeSelect
        label="What kind of number is it?"
        className={classes.field}
        value={isOwn ? OWN : pattern}
        onChange={(event) => choose(event.currentTarget.value)}
        description={named && `For example ${named.example}.`}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={!isOwn && refused?.message}
        data={[
          { value: '', label: 'Any number' },
          ...namedPatterns.map(({ name, label }) => ({ value: name, label })),
          { value: OWN, label: 'A pattern of your own …' },
        ]}
      />
      {isOwn && (
        <TextInput
          label="Pattern"
          className={classes.field}
          value={pattern}
          maxLength={MAX_CHARS}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          classNames={{ input: classes.expression ?? '' }}
          placeholder="\d{3}-\d{4}"
          description="\d is any digit, [1-5] one of these, {4} four times, ? perhaps, | or."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          error={refused?.message}
          onChange={(event) => {
            const { value } = event.currentTarget
            onChange(value)
            if (wantsMarks(value)) onMarks()
          }}
        />
      )}
      {refused && (
        <Button variant="light" className={classes.retry} onClick={() => onRetry(refused.file)}>
          Read {refused.file.name} with it
        </Button>
      )}
    </div>
  )
}
