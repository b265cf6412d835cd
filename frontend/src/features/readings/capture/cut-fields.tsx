import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { TextInput } from '@mantine/core'
import classes from '@/features/readings/capture/cut-fields.module.css'
import { cutsOf, withCut, type Part, type Side } from '@/features/readings/capture/crop-geometry'

interface CutFieldsProps {
  part: Part
  onChange: (part: Part) => void
}

const sides: { side: Side; label: MessageDescriptor }[] = [
  { side: 'left', label: msg({ message: 'Left', context: 'side of a picture' }) },
  { side: 'top', label: msg({ message: 'Top', context: 'side of a picture' }) },
  { side: 'right', label: msg({ message: 'Right', context: 'side of a picture' }) },
  { side: 'bottom', label: msg({ message: 'Bottom', context: 'side of a picture' }) },
]

/** The cut by numbers, for whom dragging is hard (WCAG 2.5.7). */
export function CutFields({ part, onChange }: CutFieldsProps) {
  const cuts = cutsOf(part)
  return (
    <details className={classes.numbers}>
      <summary>{t`Cut by numbers instead`}</summary>
      <fieldset className={classes.fields}>
        <legend>{t`Cut off at each side, in percent`}</legend>
        {sides.map(({ side, label }) => (
          <TextInput
            key={side}
            type="number"
            label={t(label)}
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
