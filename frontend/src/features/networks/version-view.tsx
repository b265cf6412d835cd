import { Button, Skeleton } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { NetworkResult, NetworkVersion } from '@/api/types'
import { Panel } from '@/components/panel'
import { ConfusionMatrix, ConfusionTable } from '@/features/networks/confusion-matrix'
import { ReliabilityDiagram, ReliabilityTable } from '@/features/networks/reliability-diagram'
import { ResultsTable } from '@/features/networks/results-table'
import classes from '@/features/networks/version-view.module.css'
import { interval, networkName, setName, share } from '@/features/networks/words'

// Markdown is read by a library that only this page needs.
const Card = lazy(async () => {
  const { Card: component } = await import('@/features/networks/card')
  return { default: component }
})

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })

/** All that is known of one version; what its files do not hold is said to be missing. */
export function VersionView({ network }: { network: NetworkVersion }) {
  const [first] = network.results
  const where = first && setName(first)
  return (
    <>
      <Panel title={`${networkName(network.name)} ${network.version}`}>
        {first ? <Headline result={first} /> : <Missing>figures</Missing>}
        <Facts network={network} />
      </Panel>
      <ChartPanel
        title="Can its confidence be trusted?"
        chart={
          network.reliability && (
            <>
              <p className={classes.words}>
                {`Each dot stands for answers given with about the same confidence (${where ?? 'test pictures'}). On the dashed line the share that is right equals the confidence; the bars are 95% intervals, and bigger dots stand for more answers.`}
              </p>
              <ReliabilityDiagram bins={network.reliability} />
            </>
          )
        }
        table={network.reliability && <ReliabilityTable bins={network.reliability} />}
        missing="reliability diagram"
      />
      <ChartPanel
        title="Which digits does it take for which?"
        chart={
          network.confusion && (
            <>
              <p className={classes.words}>
                {`A row for each digit as it was written, a column for each as it was read (${where ?? 'test pictures'}). What is right lies on the diagonal; empty cells never happened.`}
              </p>
              <ConfusionMatrix counts={network.confusion} />
            </>
          )
        }
        table={network.confusion && <ConfusionTable counts={network.confusion} />}
        missing="confusion matrix"
      />
      <Panel title="All results">
        {network.results.length > 0 ? (
          <>
            {network.measured_with && (
              <p className={classes.words}>{measuredWith(network.measured_with)}</p>
            )}
            <ResultsTable results={network.results} />
          </>
        ) : (
          <Missing>results</Missing>
        )}
      </Panel>
      <Panel title="Model card">
        {network.card === null ? (
          <Missing>model card</Missing>
        ) : (
          <Suspense
            fallback={<Skeleton height={240} role="status" aria-label="Loading the card" />}
          >
            <Card markdown={network.card} />
          </Suspense>
        )}
      </Panel>
    </>
  )
}

function measuredWith(versions: Record<string, string>): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `From the bytes of a file to its text, with these networks together: ${names.join(', ')}.`
}

/** The figure to judge by, with its number of pictures and its interval. */
function Headline({ result }: { result: NetworkResult }) {
  const { n, errors, accuracy, interval: range } = result
  return (
    <div className={classes.headline}>
      <p className={classes.big}>{share(accuracy)}</p>
      <p className={classes.words}>
        <strong>{`Read right: ${setName(result)}.`}</strong>{' '}
        {n === null
          ? `${errors.toLocaleString()} were wrong.`
          : `${errors.toLocaleString()} of ${n.toLocaleString()} were wrong.`}{' '}
        {range
          ? `The 95% interval is ${interval(range)}.`
          : 'Its interval is not in the files of this version.'}
      </p>
    </div>
  )
}

function Facts({ network }: { network: NetworkVersion }) {
  const [first] = network.results
  const facts: [string, string][] = []
  if (network.parameters !== null) facts.push(['Weights', network.parameters.toLocaleString()])
  if (network.created_at) facts.push(['Made on', date.format(new Date(network.created_at))])
  if (network.read_from !== null)
    facts.push(['“Read” from a confidence of', share(network.read_from)])
  if (first && first.calibration_error !== null) {
    facts.push(['Mean error of confidence', share(first.calibration_error)])
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
            aria-label={isTable ? `${title} Show as a drawing` : `${title} Show as a table`}
            onClick={() => setIsTable(!isTable)}
          >
            {isTable ? 'Show as a drawing' : 'Show as a table'}
          </Button>
        )
      }
    >
      {chart ? isTable ? table : chart : <Missing>{missing}</Missing>}
    </Panel>
  )
}

function Missing({ children }: { children: string }) {
  return <p className={classes.missing}>{`The files of this version hold no ${children}.`}</p>
}
