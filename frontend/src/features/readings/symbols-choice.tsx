import { SegmentedControl } from '@mantine/core'
import type { Symbols } from '@/api/types'
import classes from '@/features/readings/symbols-choice.module.css'

interface SymbolsChoiceProps {
  symbols: Symbols
  onChange: (symbols: Symbols) => void
}

const choices = [
  { value: 'digits', label: 'Digits only' },
  { value: 'number', label: 'With . , and -' },
] satisfies { value: Symbols; label: string }[]

/** Whether points, commas and dashes are to be read. Specks are easily taken for them, so not unless asked. */
export function SymbolsChoice({ symbols, onChange }: SymbolsChoiceProps) {
  return (
    <div className={classes.choice}>
      <span id="symbols-label">What is written?</span>
      <SegmentedControl
        aria-labelledby="symbols-label"
        data={choices}
        value={symbols}
        onChange={(value) => onChange(value === 'number' ? 'number' : 'digits')}
      />
    </div>
  )
}
