import { t } from '@lingui/core/macro'
import { HandDigit } from '@/components/hand-digit'
import { sampleDigits } from '@/components/sample-digits'
import classes from '@/components/sample-reading.module.css'
import { formatPercent } from '@/lib/format'

const sheet = { width: 400, height: 250 }

/** What Legible does, in one drawing: a handwritten number, a box on each digit, the text. */
export function SampleReading() {
  return (
    <svg
      viewBox={`0 0 ${sheet.width} ${sheet.height}`}
      className={classes.sample}
      role="img"
      aria-label={t`A handwritten number with a box on each digit, read as 0 4 1 0 7`}
    >
      <defs>
        <pattern id="squares" width="16" height="16" patternUnits="userSpaceOnUse">
          <path d="M16 0H0V16" fill="none" stroke="var(--grid)" strokeWidth="1.2" />
        </pattern>
      </defs>
      <rect
        x="1"
        y="1"
        width={sheet.width - 2}
        height={sheet.height - 2}
        rx="20"
        className={classes.sheet}
      />
      <rect x="1" y="1" width={sheet.width - 2} height={158} rx="20" fill="url(#squares)" />
      {sampleDigits.map(({ digit, x, y, slant, left, width }, index) => (
        <g
          key={index}
          style={{ animationDelay: `${0.15 + index * 0.16}s` }}
          className={classes.digit}
        >
          <g className={classes.ink}>
            <HandDigit digit={digit} x={x} y={y} slant={slant} scale={0.98} />
          </g>
          <rect x={x + left} y={y - 3} width={width} height={86} rx={8} className={classes.box} />
        </g>
      ))}
      <line x1="1" x2={sheet.width - 1} y1="166" y2="166" className={classes.line} />
      {sampleDigits.map(({ digit, x, left, width, sure }, index) => (
        <g
          key={index}
          style={{ animationDelay: `${0.4 + index * 0.16}s` }}
          className={classes.digit}
        >
          <text x={x + left + width / 2} y={208} className={classes.text}>
            {digit}
          </text>
          <text x={x + left + width / 2} y={230} className={classes.sure}>
            {formatPercent(sure)}
          </text>
        </g>
      ))}
    </svg>
  )
}
