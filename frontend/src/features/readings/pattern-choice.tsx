import { t } from '@lingui/core/macro'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { namedPatterns, wantsMarks, type NamedPattern } from '@/features/readings/named-patterns'
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
const ANY_DIGIT = '\\d'
const FOUR_TIMES = '{4}'

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
        label={t`What kind of number is it?`}
        className={classes.field}
        value={isOwn ? OWN : pattern}
        onChange={(event) => choose(event.currentTarget.value)}
        description={named && exampleWords(named)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={!isOwn && refused?.message}
        data={[
          { value: '', label: t`Any number` },
          ...namedPatterns.map(({ name, label }) => ({ value: name, label: t(label) })),
          { value: OWN, label: t`A pattern of your own …` },
        ]}
      />
      {isOwn && (
        <TextInput
          label={t`Pattern`}
          className={classes.field}
          value={pattern}
          maxLength={MAX_CHARS}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          classNames={{ input: classes.expression ?? '' }}
          placeholder="\d{3}-\d{4}"
          description={t`${ANY_DIGIT} is any digit, [1-5] one of these, ${FOUR_TIMES} four times, ? perhaps, | or.`}
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
          {againWords(refused.file.name)}
        </Button>
      )}
    </div>
  )
}

function exampleWords(pattern: NamedPattern): string {
  const example = typeof pattern.example === 'string' ? pattern.example : t(pattern.example)
  return t`For example ${example}.`
}

function againWords(fileName: string): string {
  return t`Read ${fileName} with it`
}
