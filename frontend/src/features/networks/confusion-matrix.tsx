import { t } from '@lingui/core/macro'
import { useState } from 'react'
import classes from '@/features/networks/confusion-matrix.module.css'
import tables from '@/features/networks/tables.module.css'
import { ScrollRegion } from '@/features/networks/scroll-region'
import { formatNumber } from '@/lib/format'

const CELL = 38
const EDGE = 46
const GAP = 2

interface Cell {
  written: number
  read: number
}

/** Which digit was read where which was written. The page has it as a table too. */
export function ConfusionMatrix({ counts }: { counts: readonly (readonly number[])[] }) {
  const [shown, setShown] = useState<Cell | null>(null)
  const side = EDGE + counts.length * CELL
  const mistakes = mistakesOf(counts)
  const most = Math.max(1, ...mistakes.map(({ n }) => n))
  const at = (index: number) => EDGE + index * CELL

  return (
    <figure className={classes.figure}>
      <svg
        viewBox={`0 0 ${side} ${side}`}
        role="img"
        aria-label={summaryOf(counts)}
        className={classes.drawing}
        onPointerLeave={() => setShown(null)}
      >
        <text x={EDGE + (side - EDGE) / 2} y={13} textAnchor="middle" className={classes.axis}>
          {t`Read as`}
        </text>
        <text
          x={13}
          y={EDGE + (side - EDGE) / 2}
          textAnchor="middle"
          className={classes.axis}
          transform={`rotate(-90 13 ${EDGE + (side - EDGE) / 2})`}
        >
          {t`Written`}
        </text>
        {counts.map((row, written) => (
          <g key={written}>
            <text
              x={at(written) + CELL / 2}
              y={EDGE - 9}
              textAnchor="middle"
              className={classes.digit}
            >
              {written}
            </text>
            <text
              x={EDGE - 12}
              y={at(written) + CELL / 2}
              dy="0.35em"
              textAnchor="middle"
              className={classes.digit}
            >
              {written}
            </text>
            {row.map((n, read) => (
              <g
                key={read}
                onPointerEnter={() => setShown({ written, read })}
                onClick={() => setShown({ written, read })}
              >
                <rect
                  x={at(read)}
                  y={at(written)}
                  width={CELL - GAP}
                  height={CELL - GAP}
                  rx={5}
                  className={classes.cell}
                  data-kind={kindOf(written, read, n)}
                  // Few mistakes are to be seen beside many.
                  style={
                    written !== read && n > 0
                      ? { fillOpacity: 0.14 + 0.3 * Math.sqrt(n / most) }
                      : undefined
                  }
                />
                {n > 0 && (
                  <text
                    x={at(read) + (CELL - GAP) / 2}
                    y={at(written) + (CELL - GAP) / 2}
                    dy="0.35em"
                    textAnchor="middle"
                    className={classes.count}
                    data-kind={kindOf(written, read, n)}
                  >
                    {n}
                  </text>
                )}
              </g>
            ))}
          </g>
        ))}
      </svg>
      <figcaption aria-hidden className={classes.caption}>
        {shown ? wordsOf(counts, shown) : mostWords(counts)}
      </figcaption>
    </figure>
  )
}

export function ConfusionTable({ counts }: { counts: readonly (readonly number[])[] }) {
  return (
    <ScrollRegion label={t`Digits written and read`}>
      <table className={`${tables.table} ${tables.narrow}`}>
        <thead>
          <tr>
            <th scope="col">{t`Written`}</th>
            {counts.map((_, read) => (
              <th key={read} scope="col">{t`Read ${read}`}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, written) => (
            <tr key={written}>
              <th scope="row">{written}</th>
              {row.map((n, read) => (
                <td key={read} className={written === read ? tables.right : undefined}>
                  {formatNumber(n)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

function kindOf(written: number, read: number, n: number) {
  if (written === read) return 'right'
  return n > 0 ? 'wrong' : 'never'
}

/** What was misread, the commonest first. */
export function mistakesOf(counts: readonly (readonly number[])[]): (Cell & { n: number })[] {
  return counts
    .flatMap((row, written) => row.map((n, read) => ({ written, read, n })))
    .filter(({ written, read, n }) => written !== read && n > 0)
    .sort((one, other) => other.n - one.n)
}

function wordsOf(counts: readonly (readonly number[])[], { written, read }: Cell): string {
  const row = counts[written] ?? []
  const all = formatNumber(row.reduce((sum, n) => sum + n, 0))
  const times = formatNumber(row[read] ?? 0)
  return t`A written ${written} was read as ${read} in ${times} of ${all} pictures.`
}

function mostWords(counts: readonly (readonly number[])[]): string {
  const [most] = mistakesOf(counts)
  if (!most) return t`There was no mistake.`
  const mistake = wordsOf(counts, most)
  return t`The commonest mistake: ${mistake}`
}

function summaryOf(counts: readonly (readonly number[])[]): string {
  const all = formatNumber(counts.flat().reduce((sum, n) => sum + n, 0))
  const wrong = formatNumber(mistakesOf(counts).reduce((sum, { n }) => sum + n, 0))
  const commonest = mostWords(counts)
  return t`Digits written against digits read: ${wrong} of ${all} wrong. ${commonest}`
}
