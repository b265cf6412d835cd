import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { IconCircleCheck, IconEyeCheck, IconLoader } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { AdminNetwork, NetworkChallenger } from '@/api/types'
import { Notice } from '@/components/notice'
import { Panel } from '@/components/panel'
import type { Act } from '@/features/networks/switching/queries'
import classes from '@/features/networks/switching/switching.module.css'
import { networkName, wordsOfNetwork } from '@/features/networks/words'

interface NetworkPanelProps {
  network: AdminNetwork
  challenger: NetworkChallenger | null
  onAct: (act: Act) => void
}

/** The versions of a network, and what can be done with each. */
export function NetworkPanel({ network, challenger, onAct }: NetworkPanelProps) {
  const { name, served, wanted, previous, refused } = network
  const running = challenger?.ended_at === null ? challenger : null
  return (
    <Panel
      title={networkName(name)}
      action={
        previous !== null && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => onAct({ kind: 'rollback', name, version: previous })}
          >
            {t`Roll back to ${previous} …`}
          </Button>
        )
      }
    >
      <p className={classes.words}>{wordsOfNetwork(name)}</p>
      {refused !== null && (
        <Notice kind="error">{t`Version ${wanted} is not served, ${served} reads on. ${refused}`}</Notice>
      )}
      <ul className={classes.list}>
        {network.versions.map((version) => {
          const isOnTrial = running?.name === name && running.version === version
          const isWanted = version === wanted
          return (
            <li key={version} className={classes.row}>
              <Link to={`/models/${name}/${version}`} className={classes.version}>
                {version}
              </Link>
              {version === served && (
                <Badge kind="served" icon={<IconCircleCheck size={16} aria-hidden />}>
                  {t`Reads now`}
                </Badge>
              )}
              {isWanted && version !== served && refused === null && (
                <Badge kind="coming" icon={<IconLoader size={16} aria-hidden />}>
                  {t`Is being loaded`}
                </Badge>
              )}
              {isOnTrial && (
                <Badge kind="coming" icon={<IconEyeCheck size={16} aria-hidden />}>
                  {t`Reads along`}
                </Badge>
              )}
              <span className={classes.actions}>
                {!isWanted && running === null && (
                  <Button
                    variant="subtle"
                    size="compact-md"
                    aria-label={t`Let ${name} ${version} read along`}
                    onClick={() => onAct({ kind: 'challenge', name, version, share: 1 })}
                  >
                    {t`Read along …`}
                  </Button>
                )}
                {!isWanted && (
                  <Button
                    variant="default"
                    size="compact-md"
                    aria-label={t`Activate ${name} ${version}`}
                    onClick={() => onAct({ kind: 'activate', name, version })}
                  >
                    {t`Activate …`}
                  </Button>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

interface BadgeProps {
  kind: 'served' | 'coming'
  icon: ReactNode
  children: string
}

function Badge({ kind, icon, children }: BadgeProps) {
  return (
    <span className={classes.badge} data-kind={kind}>
      {icon}
      {children}
    </span>
  )
}
