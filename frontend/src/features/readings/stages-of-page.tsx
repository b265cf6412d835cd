import { t } from '@lingui/core/macro'
import type { ReactNode } from 'react'
import type { Page, PageStages, StagePicture } from '@/api/types'
import classes from '@/features/readings/stages-panel.module.css'

interface StagesOfPageProps {
  number: number
  stages: PageStages
  /** What the reading has on this page. */
  lines: Page['lines'] | undefined
}

/** A page on its way: upright, as ink, line by line for one network and digit by digit for the other. */
export function StagesOfPage({ number, stages, lines = [] }: StagesOfPageProps) {
  const unread = stages.runs.filter(({ line }) => line === null)
  return (
    <>
      <ol className={classes.pages}>
        <Step title={t`The page, upright and grey`}>
          <Picture picture={stages.page} alt={t`Page ${number}, upright and grey`} />
        </Step>
        <Step title={t`What was taken for ink`}>
          <Picture picture={stages.ink} alt={t`The ink of page ${number}, white on black`} />
        </Step>
      </ol>
      {lines.map((line, index) => {
        const number = index + 1
        const isOnly = lines.length === 1
        return (
          <section
            key={index}
            className={classes.line}
            aria-label={isOnly ? t`Stages of the line` : t`Stages of line ${number}`}
          >
            <h3 className={classes.caption}>
              {isOnly ? t`The line, ${line.text}` : t`Line ${number}, ${line.text}`}
            </h3>
            <div className={classes.runs}>
              {stages.runs
                .filter((run) => run.line === index)
                .map(({ picture }, run) => (
                  <Picture
                    key={run}
                    picture={picture}
                    scale={2}
                    alt={
                      isOnly
                        ? t`Part ${run + 1} of the line, ${line.text}, as the line network saw it`
                        : t`Part ${run + 1} of line ${number}, ${line.text}, as the line network saw it`
                    }
                  />
                ))}
            </div>
            <ol className={classes.digits}>
              {line.symbols.map((symbol, place) => {
                const seen = stages.digits.find(
                  (digit) => digit.line === index && digit.symbol === place,
                )
                return (
                  <li key={place}>
                    {seen ? (
                      <Picture
                        picture={seen.picture}
                        scale={2}
                        alt={t`Digit ${place + 1}, read as ${seen.text}, as the digit network saw it`}
                      />
                    ) : (
                      <span className={classes.none} />
                    )}
                    <span className={classes.text}>{seen?.text ?? symbol.text}</span>
                  </li>
                )
              })}
            </ol>
          </section>
        )
      })}
      {unread.length > 0 && (
        <section className={classes.line} aria-label={t`Stages of what was left out`}>
          <h3 className={classes.caption}>{t`Nothing was read in`}</h3>
          <div className={classes.runs}>
            {unread.map(({ picture }, index) => (
              <Picture
                key={index}
                picture={picture}
                scale={2}
                alt={t`Writing ${index + 1} in which the line network saw no number`}
              />
            ))}
          </div>
        </section>
      )}
    </>
  )
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <h3 className={classes.caption}>{title}</h3>
      {children}
    </li>
  )
}

interface PictureProps {
  picture: StagePicture
  alt: string
  /** Pixels of the screen for one of the picture, where there is room. */
  scale?: number
}

function Picture({ picture: { png, width, height }, alt, scale = 1 }: PictureProps) {
  return (
    <img
      src={`data:image/png;base64,${png}`}
      width={width * scale}
      height={height * scale}
      alt={alt}
      className={classes.picture}
      data-pixels={scale > 1 && width * scale <= 600}
    />
  )
}
