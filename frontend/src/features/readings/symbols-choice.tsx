import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { SegmentedControl } from '@mantine/core'
import type { Symbols } from '@/api/types'
import classes from '@/features/readings/symbols-choice.module.css'

interface SymbolsChoiceProps {
  symbols: Symbols
  onChange: (symbols: Symbols) => void
}

const choices = [
  { value: 'digits', label: msg`Digits only` },
  { value: 'number', label: msg`With . , and -` },
] satisfies { value: Symbols; label: MessageDescriptor }[]

/** Whether points, commas and dashes are to be read. Specks are easily taken for them, so not unless asked. */
export function SymbolsChoice({ symbols, onChange }: SymbolsChoiceProps) {
  return (
    <div className={classes.choice}>
      <span id="symbols-label">{t`What is written?`}</span>
      <SegmentedControl
        aria-labelledby="symbols-label"
        data={choices.map((each) => ({ ...each, label: t(each.label) }))}
        value={symbols}
        onChange={(value) => onChange(value === 'number' ? 'number' : 'digits')}
      />
    </div>
  )
}
