import { plural, t } from '@lingui/core/macro'
import { useState } from 'react'
import type { ReliabilityBin } from '@/api/types'
import classes from '@/features/networks/reliability-diagram.module.css'
import tables from '@/features/networks/tables.module.css'
import { wilson } from '@/features/networks/wilson'
import { interval, share } from '@/features/networks/words'
import { ScrollRegion } from '@/features/networks/scroll-region'
import { formatNumber } from '@/lib/format'

const SIDE = 360
const LEFT = 56
const TOP = 14
const BOTTOM = 52
const RIGHT = 24
const TICKS = [0, 0.25, 0.5, 0.75, 1]
const MIN_RADIUS = 4
const MAX_RADIUS = 12

/** Confidence against the share that is right. The page has it as a table too. */
export function ReliabilityDiagram({ bins }: { bins: readonly ReliabilityBin[] }) {
  const [shown, setShown] = useState<number | null>(null)
  const most = Math.max(1, ...bins.map(({ n }) => n))
  const x = (value: number) => LEFT + SIDE * value
  const y = (value: number) => TOP + SIDE * (1 - value)
  const bin = shown === null ? undefined : bins[shown]

  return (
    <figure className={classes.figure}>
      <svg
        viewBox={`0 0 ${LEFT + SIDE + RIGHT} ${TOP + SIDE + BOTTOM}`}
        role="img"
        aria-label={summaryOf(bins)}
        className={classes.drawing}
        onPointerLeave={() => setShown(null)}
      >
        {TICKS.map((tick) => (
          <g key={tick}>
            <line x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} className={classes.line} />
            <line x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} className={classes.line} />
            <text x={x(0) - 8} y={y(tick)} dy="0.35em" textAnchor="end" className={classes.label}>
              {share(tick)}
            </text>
            <text x={x(tick)} y={y(0) + 20} textAnchor="middle" className={classes.label}>
              {share(tick)}
            </text>
          </g>
        ))}
        <text x={x(0.5)} y={y(0) + 44} textAnchor="middle" className={classes.axis}>
          {t`Confidence`}
        </text>
        <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} className={classes.ideal} />
        {bins.map(({ n, confidence, accuracy }, index) => {
          const [low, high] = wilson(accuracy, n)
          return (
            <g
              key={confidence}
              onPointerEnter={() => setShown(index)}
              onClick={() => setShown(index)}
            >
              <line
                x1={x(confidence)}
                x2={x(confidence)}
                y1={y(low)}
                y2={y(high)}
                className={classes.interval}
              />
              <circle
                cx={x(confidence)}
                cy={y(accuracy)}
                r={MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * Math.sqrt(n / most)}
                className={classes.dot}
                data-shown={index === shown}
              />
            </g>
          )
        })}
      </svg>
      <figcaption aria-hidden className={classes.caption}>
        {bin ? wordsOf(bin) : t`Upwards: the share that is right. Point at a dot for its numbers.`}
      </figcaption>
    </figure>
  )
}

export function ReliabilityTable({ bins }: { bins: readonly ReliabilityBin[] }) {
  return (
    <ScrollRegion label={t`Confidence and share right`}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t`Confidence`}</th>
            <th scope="col">{t`Answers`}</th>
            <th scope="col">{t`Right`}</th>
            <th scope="col">{t`95% interval`}</th>
          </tr>
        </thead>
        <tbody>
          {bins.map(({ n, confidence, accuracy }) => (
            <tr key={confidence}>
              <th scope="row">{share(confidence)}</th>
              <td>{formatNumber(n)}</td>
              <td>{share(accuracy)}</td>
              <td>{interval(wilson(accuracy, n))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function wordsOf({ n, confidence, accuracy }: ReliabilityBin): string {
  const sure = share(confidence)
  const right = share(accuracy)
  const answers = formatNumber(n)
  return t`Confidence ${sure}: ${right} of ${answers} right.`
}

function summaryOf(bins: readonly ReliabilityBin[]): string {
  const most = bins.reduce<ReliabilityBin | undefined>(
    (best, one) => (best && best.n >= one.n ? best : one),
    undefined,
  )
  if (!most) return t`Confidence against the share that is right: no answers.`
  const largest = wordsOf(most)
  const groups = bins.length
  return plural(groups, {
    one: `Confidence against the share that is right, in # group. The largest: ${largest}`,
    other: `Confidence against the share that is right, in # groups. The largest: ${largest}`,
  })
}
