import { ActionIcon, Button, Progress } from '@mantine/core'
import { IconCloudCheck, IconCloudUp, IconCloudX, IconKeyboard, IconX } from '@tabler/icons-react'
import { useOutbox } from '@/api/outbox'
import classes from '@/features/readings/review/review-progress.module.css'
import { pace } from '@/features/readings/review/session'
import type { Review } from '@/features/readings/review/use-review'
import { count } from '@/features/readings/review/words'

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
      <h1 className={classes.title}>Review</h1>
      <p className={classes.counts}>
        <strong>{done.length}</strong> done<span aria-hidden> · </span>
        <strong>{hasMore ? `more than ${left}` : left}</strong> left
        {perMinute !== null && (
          <>
            <span aria-hidden> · </span>
            <strong>{perMinute.toFixed(1)}</strong> a minute
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
          Keys <kbd className={classes.key}>?</kbd>
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          radius="xl"
          aria-label="Leave the review"
          onClick={onLeave}
        >
          <IconX size={20} color="var(--ink-soft)" aria-hidden />
        </ActionIcon>
      </div>
      <Progress.Root size="sm" radius="xl" className={classes.bar}>
        <Progress.Section value={share} aria-label="Readings done" />
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
        ? `${count(waiting.length, 'step')} kept here until the connection is back`
        : waiting.length > 0
          ? 'Saving …'
          : 'All saved'}
    </p>
  )
}
