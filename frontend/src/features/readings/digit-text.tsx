import { t } from '@lingui/core/macro'
import classes from '@/features/readings/digit-text.module.css'
import type { LinkedMarks } from '@/features/readings/linked-marks'
import { groupByLine } from '@/features/readings/marks'
import { useRovingMarks } from '@/features/readings/use-roving-marks'

/** The text, big, each digit a button that shows where it stands in the picture. */
export function DigitText(linked: LinkedMarks) {
  const { group, markProps } = useRovingMarks<HTMLDivElement>(linked)
  const lines = groupByLine(linked.marks)
  const longest = Math.max(...lines.map((line) => line.length))

  return (
    <div
      ref={group}
      role="group"
      aria-label={t`Digits in reading order`}
      className={classes.text}
      data-size={longest <= 7 ? 'large' : longest <= 12 ? 'medium' : 'small'}
    >
      {lines.map((line, lineIndex) => (
        <div key={lineIndex} className={classes.line}>
          {line.map(({ index, digit }) => (
            <button key={index} type="button" className={classes.digit} {...markProps(index)}>
              {digit.text || '?'}
            </button>
          ))}
        </div>
      ))}
    </div>
  )
}
