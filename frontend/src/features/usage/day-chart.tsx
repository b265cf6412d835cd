import { plural, t } from '@lingui/core/macro'
import { useElementSize } from '@mantine/hooks'
import { useState } from 'react'
import classes from '@/features/usage/day-chart.module.css'
import { formatDayOfMonth, formatMonth } from '@/features/usage/months'
import { scaleEnd, sumOf, type DayPages } from '@/features/usage/sums'
import { formatNumber } from '@/lib/format'

const HEIGHT = 220
const TOP = 26
const BOTTOM = 26
const LEFT = 46
const RADIUS = 4

/** Pages by day as bars. What it shows is said in words too, and the page has it as a table. */
export function DayChart({ days, month }: { days: readonly DayPages[]; month: string }) {
  const { ref, width: measured } = useElementSize()
  const [shown, setShown] = useState<number | null>(null)
  const width = measured || 640
  const end = scaleEnd(Math.max(...days.map(({ pages }) => pages)))
  const plot = HEIGHT - TOP - BOTTOM
  const step = (width - LEFT) / days.length
  const barWidth = Math.max(3, Math.min(26, step * 0.68))
  const y = (pages: number) => TOP + plot * (1 - pages / end)
  const x = (index: number) => LEFT + step * (index + 0.5)
  const day = shown === null ? undefined : days[shown]

  return (
    <div ref={ref} className={classes.chart}>
      <svg
        width={width}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={summaryOf(days, month)}
        onPointerLeave={() => setShown(null)}
      >
        {[0, end / 2, end].map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} className={classes.line} />
            <text x={LEFT - 10} y={y(tick)} dy="0.35em" textAnchor="end" className={classes.label}>
              {short(tick)}
            </text>
          </g>
        ))}
        {days.map(({ day: name, pages }, index) => (
          <g key={name} onPointerEnter={() => setShown(index)} onClick={() => setShown(index)}>
            {/* As wide as the day and as high as the plot, so that small bars can be pointed at. */}
            <rect x={x(index) - step / 2} y={0} width={step} height={HEIGHT} fill="transparent" />
            {pages > 0 && (
              <path
                d={bar(x(index) - barWidth / 2, y(pages), barWidth, TOP + plot)}
                className={classes.bar}
                data-dimmed={shown !== null && shown !== index}
              />
            )}
            {isLabelled(index, days.length, step) && (
              <text x={x(index)} y={HEIGHT - 6} textAnchor="middle" className={classes.label}>
                {index + 1}
              </text>
            )}
          </g>
        ))}
      </svg>
      {day && shown !== null && (
        <span
          aria-hidden
          className={classes.tip}
          style={{ left: Math.min(Math.max(x(shown), LEFT + 40), width - 84) }}
        >
          {formatDayOfMonth(day.day)}: {formatNumber(day.pages)}
        </span>
      )}
    </div>
  )
}

function isLabelled(index: number, count: number, step: number): boolean {
  const every = step * 5 < 70 ? 7 : 5
  const number = index + 1
  return number === 1 || (number % every === 0 && (number === count || count - number >= 1))
}

function bar(left: number, top: number, width: number, bottom: number): string {
  const round = Math.min(RADIUS, width / 2, bottom - top)
  return `M${left},${bottom} V${top + round} q0,${-round} ${round},${-round} h${width - 2 * round} q${round},0 ${round},${round} V${bottom} Z`
}

function short(number: number): string {
  return formatNumber(number, { notation: 'compact' })
}

function summaryOf(days: readonly DayPages[], month: string): string {
  const sum = sumOf(days.map(({ pages }) => pages))
  const most = days.reduce((best, one) => (one.pages > best.pages ? one : best))
  const busy = days.filter(({ pages }) => pages > 0).length
  const name = formatMonth(month)
  if (sum === 0) return t`Pages by day in ${name}: none.`
  const total = formatNumber(sum)
  const best = formatDayOfMonth(most.day)
  const bestPages = formatNumber(most.pages)
  return plural(busy, {
    one: `Pages by day in ${name}: ${total} on # day, most on ${best} (${bestPages}).`,
    other: `Pages by day in ${name}: ${total} on # days, most on ${best} (${bestPages}).`,
  })
}
