import { plural, t } from '@lingui/core/macro'
import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { errorText } from '@/api/error-text'
import { LinkButton } from '@/components/link-button'
import { MessagePage } from '@/components/message-page'
import { readingQuery } from '@/features/readings/queries'
import { feedbackQuery } from '@/features/readings/review/queries'
import { ReviewDesk } from '@/features/readings/review/review-desk'
import classes from '@/features/readings/review/review-page.module.css'
import { SaveState } from '@/features/readings/review/review-progress'
import { pace } from '@/features/readings/review/session'
import { useReview, type Review } from '@/features/readings/review/use-review'
import { checkedSentence } from '@/features/readings/review/words'
import { usePageTitle } from '@/lib/use-page-title'

/** The doubtful readings, worst first, one after the other; `?reading=ID` puts one in front of them. */
export function ReviewPage() {
  usePageTitle(t`Review`)
  const navigate = useNavigate()
  const { key } = useLocation()
  const [search] = useSearchParams()
  const review = useReview(search.get('reading'))
  const { queue, id } = review

  const leave = () => {
    if (key === 'default') void navigate('/readings')
    else void navigate(-1)
  }

  if (id !== undefined) return <Reviewed key={id} id={id} review={review} onLeave={leave} />
  if (queue.isError) {
    return (
      <MessagePage
        title={t`The review could not be loaded`}
        action={
          <Button onClick={() => void queue.refetch()} loading={queue.isFetching}>
            {t`Try again`}
          </Button>
        }
      >
        <p role="alert">{errorText(queue.error)}</p>
      </MessagePage>
    )
  }
  if (queue.isPending || queue.isFetchingNextPage) return <Loading />
  return <AllDone review={review} />
}

interface ReviewedProps {
  id: string
  review: Review
  onLeave: () => void
}

function Reviewed({ id, review, onLeave }: ReviewedProps) {
  const reading = useQuery(readingQuery(id))
  const wasJudged = reading.data?.feedback != null
  const before = useQuery({ ...feedbackQuery(id), enabled: wasJudged })
  const error = reading.error ?? before.error

  if (error) {
    return (
      <MessagePage
        title={t`This reading could not be loaded`}
        action={
          <>
            <Button
              loading={reading.isFetching || before.isFetching}
              onClick={() => void (reading.error ? reading : before).refetch()}
            >
              {t`Try again`}
            </Button>
            <Button variant="default" onClick={review.skip}>
              {t`Go on with the next`}
            </Button>
          </>
        }
      >
        <p role="alert">{errorText(error)}</p>
      </MessagePage>
    )
  }
  if (!reading.data || (wasJudged && !before.data)) return <Loading />
  const now = new Set(review.judgements.map((judgement) => judgement.id))
  const earlier = before.data?.filter((judgement) => !now.has(judgement.id)) ?? []
  return (
    <ReviewDesk
      reading={reading.data}
      known={[...earlier, ...review.judgements]}
      review={review}
      onLeave={onLeave}
    />
  )
}

function AllDone({ review }: { review: Review }) {
  const { done, left, startedAt } = review
  const perMinute = pace(done, startedAt)
  if (done.length === 0 && left === 0) {
    return (
      <MessagePage
        title={t`Nothing to review`}
        digits={[1, 0, 0]}
        action={<LinkButton to="/read">{t`Read a number`}</LinkButton>}
      >
        {t`Readings that should be checked by a person come here, the most doubtful first.`}
      </MessagePage>
    )
  }
  return (
    <MessagePage
      title={left > 0 ? t`The end of the queue` : t`All checked`}
      digits={[1, 0, 0]}
      action={
        <>
          {left > 0 && (
            <Button onClick={() => review.showOpen()}>
              {plural(left, {
                one: 'Go through # skipped one',
                other: 'Go through # skipped ones',
              })}
            </Button>
          )}
          <LinkButton to="/readings" variant={left > 0 ? 'default' : 'filled'}>
            {t`See the history`}
          </LinkButton>
          {review.canUndo && (
            <Button variant="default" onClick={() => review.undo()}>
              {t`Undo the last step`}
            </Button>
          )}
        </>
      }
    >
      <p role="status">
        {checkedSentence(done.length, perMinute)}
        {left > 0 &&
          ` ${plural(left, { one: '# reading was skipped.', other: '# readings were skipped.' })}`}
      </p>
      <div className={classes.saved}>
        <SaveState />
      </div>
    </MessagePage>
  )
}

function Loading() {
  return (
    <div role="status" aria-busy aria-label={t`Loading the review`} className={classes.loading}>
      <Skeleton height={40} radius="lg" />
      <Skeleton height={280} radius="lg" />
      <Skeleton height={80} radius="lg" />
    </div>
  )
}
