import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ActionIcon, Button, Progress } from '@mantine/core'
import { IconCloudCheck, IconCloudUp, IconCloudX, IconKeyboard, IconX } from '@tabler/icons-react'
import { useOutbox } from '@/api/outbox'
import classes from '@/features/readings/review/review-progress.module.css'
import { pace } from '@/features/readings/review/session'
import type { Review } from '@/features/readings/review/use-review'
import { formatPace } from '@/features/readings/review/words'

interface ReviewProgressProps {
  review: Review
  onHelp: () => void
  onLeave: () => void
}

/** How much is done and left, how fast it goes, and whether all of it is saved. */
export function ReviewProgress({ review, onHelp, onLeave }: ReviewProgressProps) {
  const { done, left, hasMore, startedAt } = review
  const perMinute = pace(done, startedAt)
  const share = (done.length / Math.max(done.length + left, 1)) * 100
  return (
    <header className={classes.head}>
      <h1 className={classes.title}>{t`Review`}</h1>
      <p className={classes.counts}>
        <Trans>
          <strong>{done.length}</strong> done
        </Trans>
        <span aria-hidden> · </span>
        {hasMore ? (
          <Trans>
            <strong>more than {left}</strong> left
          </Trans>
        ) : (
          <Trans>
            <strong>{left}</strong> left
          </Trans>
        )}
        {perMinute !== null && (
          <>
            <span aria-hidden> · </span>
            <Trans>
              <strong>{formatPace(perMinute)}</strong> a minute
            </Trans>
          </>
        )}
      </p>
      <SaveState />
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="compact-md"
          className={classes.help}
          leftSection={<IconKeyboard size={18} aria-hidden />}
          onClick={onHelp}
        >
          <Trans>
            Keys <kbd className={classes.key}>?</kbd>
          </Trans>
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          radius="xl"
          aria-label={t`Leave the review`}
          onClick={onLeave}
        >
          <IconX size={20} color="var(--ink-soft)" aria-hidden />
        </ActionIcon>
      </div>
      <Progress.Root size="sm" radius="xl" className={classes.bar}>
        <Progress.Section value={share} aria-label={t`Readings done`} />
      </Progress.Root>
    </header>
  )
}

/** Whether what was said has reached the service. */
export function SaveState() {
  const { waiting, isStuck } = useOutbox()
  const Icon = isStuck ? IconCloudX : waiting.length > 0 ? IconCloudUp : IconCloudCheck
  return (
    <p role="status" className={classes.saved} data-stuck={isStuck}>
      <Icon size={18} aria-hidden />
      {isStuck
        ? plural(waiting.length, {
            one: '# step kept here until the connection is back',
            other: '# steps kept here until the connection is back',
          })
        : waiting.length > 0
          ? t`Saving …`
          : t`All saved`}
    </p>
  )
}
