import { t } from '@lingui/core/macro'
import type { NetworkActivation } from '@/api/types'
import { Panel } from '@/components/panel'
import classes from '@/features/networks/switching/switching.module.css'
import { networkName } from '@/features/networks/words'
import { formatMoment } from '@/lib/format'

/** What was activated and rolled back, newest first. */
export function ActivationList({ activations }: { activations: readonly NetworkActivation[] }) {
  return (
    <Panel title={t`Switches`}>
      {activations.length === 0 ? (
        <p className={classes.words}>
          {t`Nothing was switched yet: the versions that came with the service read.`}
        </p>
      ) : (
        <ol className={classes.list}>
          {activations.map((one) => (
            <li key={one.id} className={classes.row}>
              <time dateTime={one.created_at} className={classes.time}>
                {formatMoment(one.created_at)}
              </time>
              <span className={classes.what}>{sentenceOf(one)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

function sentenceOf(activation: NetworkActivation): string {
  const network = networkName(activation.name)
  const { version, previous, is_rollback, actor_id, by } = activation
  const who = actor_id === null ? t`on the server` : (by ?? t`by a deleted account`)
  return is_rollback
    ? t`${network}: back from ${previous} to ${version} (${who})`
    : t`${network}: from ${previous} to ${version} (${who})`
}
