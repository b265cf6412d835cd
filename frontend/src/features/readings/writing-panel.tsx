import { t } from '@lingui/core/macro'
import type { Page, Reading } from '@/api/types'
import { Disclosure } from '@/features/readings/disclosure'
import { formatFixed, listSteps, loopsWords, slantWords } from '@/features/readings/writing'
import classes from '@/features/readings/writing-panel.module.css'
import { formatNumber } from '@/lib/format'

interface WritingPanelProps {
  reading: Pick<Reading, 'timing_ms'>
  page: Page | undefined
}

/** How the digits are written, line by line, and where the time went. */
export function WritingPanel({ reading, page }: WritingPanelProps) {
  return (
    <Disclosure title={t`Writing style and timing`}>
      {() => (
        <>
          {page && page.lines.length > 0 && <Styles page={page} />}
          <Timing timing={reading.timing_ms} />
        </>
      )}
    </Disclosure>
  )
}

function Styles({ page }: { page: Page }) {
  const lines = page.lines.flatMap(({ text, style }) => (style ? [{ text, style }] : []))
  if (lines.length === 0) return null
  return (
    // A wide table scrolls, also by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroller} tabIndex={0} role="group" aria-label={t`Writing style`}>
      <table className={classes.table}>
        <caption>{t`How it is written`}</caption>
        <thead>
          <tr>
            <th scope="col">{t`Line`}</th>
            <th scope="col">{t`Slant`}</th>
            <th scope="col">{t`Pen width`}</th>
            <th scope="col">{t`Height`}</th>
            <th scope="col">{t`Width to height`}</th>
            <th scope="col">{t`Closed loops`}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ text, style }, index) => (
            <tr key={index}>
              <th scope="row">{text || '?'}</th>
              <td>{slantWords(style.slant_deg)}</td>
              <td>{formatFixed(style.stroke_width_px, 1)} px</td>
              <td>{formatNumber(style.height_px)} px</td>
              <td>{style.aspect == null ? t`not told` : formatFixed(style.aspect, 2)}</td>
              <td>{loopsWords(style.loops)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Timing({ timing }: { timing: Record<string, number> }) {
  const { steps, total } = listSteps(timing)
  return (
    <table className={classes.table} data-timing>
      <caption>{t`How long the reading took`}</caption>
      <thead className={classes.heard}>
        <tr>
          <th scope="col">{t`Step`}</th>
          <th scope="col">{t`Time`}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ name, label, ms }) => (
          <tr key={name}>
            <th scope="row">{label}</th>
            <td>
              <span className={classes.time}>
                <span className={classes.track} aria-hidden>
                  <span
                    className={classes.bar}
                    style={{ width: `${total > 0 ? (ms / total) * 100 : 0}%` }}
                  />
                </span>
                {formatFixed(ms, 1)} ms
              </span>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t`In all`}</th>
          <td>{formatFixed(total, 1)} ms</td>
        </tr>
      </tfoot>
    </table>
  )
}
