import { TextInput } from '@mantine/core'
import classes from '@/features/readings/capture/cut-fields.module.css'
import { cutsOf, withCut, type Part, type Side } from '@/features/readings/capture/crop-geometry'

interface CutFieldsProps {
  part: Part
  onChange: (part: Part) => void
}

const sides: { side: Side; label: string }[] = [
  { side: 'left', label: 'Left' },
  { side: 'top', label: 'Top' },
  { side: 'right', label: 'Right' },
  { side: 'bottom', label: 'Bottom' },
]

/** The cut by numbers, for whom dragging is hard (WCAG 2.5.7). */
export function CutFields({ part, onChange }: CutFieldsProps) {
  const cuts = cutsOf(part)
  return (
    <details className={classes.numbers}>
      <summary>Cut by numbers instead</summary>
      <fieldset className={classes.fields}>
        <legend>Cut off at each side, in percent</legend>
        {sides.map(({ side, label }) => (
          <TextInput
            key={side}
            type="number"
            label={label}
            min={0}
            max={98}
            value={String(Math.round(cuts[side]))}
            onChange={({ currentTarget }) =>
              onChange(withCut(part, side, currentTarget.valueAsNumber || 0))
            }
          />
        ))}
      </fieldset>
    </details>
  )
}
