import { plural, t } from '@lingui/core/macro'
import { Button, Skeleton } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { NetworkResult, NetworkVersion } from '@/api/types'
import { Panel } from '@/components/panel'
import { ConfusionMatrix, ConfusionTable } from '@/features/networks/confusion-matrix'
import { ReliabilityDiagram, ReliabilityTable } from '@/features/networks/reliability-diagram'
import { ResultsTable } from '@/features/networks/results-table'
import classes from '@/features/networks/version-view.module.css'
import { interval, networkName, setName, share } from '@/features/networks/words'
import { formatDate, formatNumber } from '@/lib/format'

// Markdown is read by a library that only this page needs.
const Card = lazy(async () => {
  const { Card: component } = await import('@/features/networks/card')
  return { default: component }
})

/** All that is known of one version; what its files do not hold is said to be missing. */
export function VersionView({ network }: { network: NetworkVersion }) {
  const [first] = network.results
  const pictures = first ? setName(first) : t`test pictures`
  return (
    <>
      <Panel title={`${networkName(network.name)} ${network.version}`}>
        {first ? (
          <Headline result={first} />
        ) : (
          <Missing>{t`The files of this version hold no figures.`}</Missing>
        )}
        <Facts network={network} />
      </Panel>
      <ChartPanel
        title={t`Can its confidence be trusted?`}
        chart={
          network.reliability && (
            <>
              <p className={classes.words}>
                {t`Each dot stands for answers given with about the same confidence (${pictures}). On the dashed line the share that is right equals the confidence; the bars are 95% intervals, and bigger dots stand for more answers.`}
              </p>
              <ReliabilityDiagram bins={network.reliability} />
            </>
          )
        }
        table={network.reliability && <ReliabilityTable bins={network.reliability} />}
        missing={t`The files of this version hold no reliability diagram.`}
      />
      <ChartPanel
        title={t`Which digits does it take for which?`}
        chart={
          network.confusion && (
            <>
              <p className={classes.words}>
                {t`A row for each digit as it was written, a column for each as it was read (${pictures}). What is right lies on the diagonal; empty cells never happened.`}
              </p>
              <ConfusionMatrix counts={network.confusion} />
            </>
          )
        }
        table={network.confusion && <ConfusionTable counts={network.confusion} />}
        missing={t`The files of this version hold no confusion matrix.`}
      />
      <Panel title={t`All results`}>
        {network.results.length > 0 ? (
          <>
            {network.measured_with && (
              <p className={classes.words}>{measuredWith(network.measured_with)}</p>
            )}
            <ResultsTable results={network.results} />
          </>
        ) : (
          <Missing>{t`The files of this version hold no results.`}</Missing>
        )}
      </Panel>
      <Panel title={t`Model card`}>
        {network.card === null ? (
          <Missing>{t`The files of this version hold no model card.`}</Missing>
        ) : (
          <Suspense
            fallback={<Skeleton height={240} role="status" aria-label={t`Loading the card`} />}
          >
            <Card markdown={network.card} />
          </Suspense>
        )}
      </Panel>
    </>
  )
}

function measuredWith(versions: Record<string, string>): string {
  const names = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
  return t`From the bytes of a file to its text, with these networks together: ${names}.`
}

/** The figure to judge by, with its number of pictures and its interval. */
function Headline({ result }: { result: NetworkResult }) {
  const { n, errors, accuracy } = result
  const pictures = setName(result)
  const range = result.interval && interval(result.interval)
  return (
    <div className={classes.headline}>
      <p className={classes.big}>{share(accuracy)}</p>
      <p className={classes.words}>
        <strong>{t`Read right: ${pictures}.`}</strong> {errorsWords(errors, n)}{' '}
        {range
          ? t`The 95% interval is ${range}.`
          : t`Its interval is not in the files of this version.`}
      </p>
    </div>
  )
}

function errorsWords(errors: number, n: number | null): string {
  if (n === null) return plural(errors, { one: '# was wrong.', other: '# were wrong.' })
  const all = formatNumber(n)
  return plural(errors, { one: `# of ${all} was wrong.`, other: `# of ${all} were wrong.` })
}

function Facts({ network }: { network: NetworkVersion }) {
  const [first] = network.results
  const facts: [string, string][] = []
  if (network.parameters !== null) facts.push([t`Weights`, formatNumber(network.parameters)])
  if (network.created_at) {
    facts.push([t`Made on`, formatDate(new Date(network.created_at), { dateStyle: 'long' })])
  }
  if (network.read_from !== null)
    facts.push([t`“Read” from a confidence of`, share(network.read_from)])
  if (first && first.calibration_error !== null) {
    facts.push([t`Mean error of confidence`, share(first.calibration_error)])
  }
  if (facts.length === 0) return null
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface ChartPanelProps {
  title: string
  chart: ReactNode
  table: ReactNode
  missing: string
}

/** A drawing, and the same as a table for whoever would rather have numbers. */
function ChartPanel({ title, chart, table, missing }: ChartPanelProps) {
  const [isTable, setIsTable] = useState(false)
  return (
    <Panel
      title={title}
      action={
        chart && (
          <Button
            variant="default"
            size="compact-md"
            aria-pressed={isTable}
            aria-label={isTable ? t`${title} Show as a drawing` : t`${title} Show as a table`}
            onClick={() => setIsTable(!isTable)}
          >
            {isTable ? t`Show as a drawing` : t`Show as a table`}
          </Button>
        )
      }
    >
      {chart ? isTable ? table : chart : <Missing>{missing}</Missing>}
    </Panel>
  )
}

function Missing({ children }: { children: string }) {
  return <p className={classes.missing}>{children}</p>
}
