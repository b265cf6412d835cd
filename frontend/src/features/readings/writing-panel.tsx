import type { Page, Reading } from '@/api/types'
import { Disclosure } from '@/features/readings/disclosure'
import { listSteps, loopsWords, slantWords } from '@/features/readings/writing'
import classes from '@/features/readings/writing-panel.module.css'

interface WritingPanelProps {
  reading: Pick<Reading, 'timing_ms'>
  page: Page | undefined
}

/** How the digits are written, line by line, and where the time went. */
export function WritingPanel({ reading, page }: WritingPanelProps) {
  return (
    <Disclosure title="Writing style and timing">
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
    <div className={classes.scroller} tabIndex={0} role="group" aria-label="Writing style">
      <table className={classes.table}>
        <caption>How it is written</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Slant</th>
            <th scope="col">Pen width</th>
            <th scope="col">Height</th>
            <th scope="col">Width to height</th>
            <th scope="col">Closed loops</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ text, style }, index) => (
            <tr key={index}>
              <th scope="row">{text || '?'}</th>
              <td>{slantWords(style.slant_deg)}</td>
              <td>{style.stroke_width_px.toFixed(1)} px</td>
              <td>{style.height_px} px</td>
              <td>{style.aspect == null ? 'not told' : style.aspect.toFixed(2)}</td>
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
      <caption>How long the reading took</caption>
      <thead className={classes.heard}>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Time</th>
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
                {ms.toFixed(1)} ms
              </span>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">In all</th>
          <td>{total.toFixed(1)} ms</td>
        </tr>
      </tfoot>
    </table>
  )
}
