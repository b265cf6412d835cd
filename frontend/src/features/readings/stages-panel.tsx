import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Skeleton, Title, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { errorText } from '@/api/error-text'
import type { Reading, Stages } from '@/api/types'
import { Notice } from '@/components/notice'
import { stagesQuery } from '@/features/readings/queries'
import { StagesOfPage } from '@/features/readings/stages-of-page'
import classes from '@/features/readings/stages-panel.module.css'
import { leftOutSentence } from '@/features/readings/words'

interface StagesPanelProps {
  reading: Reading
  pageIndex: number
}

/** The way from the picture to the networks. The service has to read it once more, so only for who opens it. */
export function StagesPanel({ reading, pageIndex }: StagesPanelProps) {
  const [isOpen, setIsOpen] = useState(false)

  return (
    <section aria-labelledby="stages-title" className={classes.panel}>
      <Title order={2} size="h4" id="stages-title">
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {t`What the model saw`}
          <IconChevronDown size={20} aria-hidden className={classes.chevron} />
        </UnstyledButton>
      </Title>
      {isOpen && <Content reading={reading} pageIndex={pageIndex} />}
    </section>
  )
}

function Content({ reading, pageIndex }: StagesPanelProps) {
  const { data: stages, error, refetch, isFetching } = useQuery(stagesQuery(reading.id))

  if (error) {
    return (
      <Notice
        kind="error"
        action={
          <Button
            size="compact-md"
            variant="default"
            loading={isFetching}
            onClick={() => void refetch()}
          >
            {t`Try again`}
          </Button>
        }
      >
        {errorText(error)}
      </Notice>
    )
  }
  if (!stages) {
    return (
      <div role="status" aria-busy aria-label={t`Reading the picture once more`}>
        <Skeleton height={180} radius="lg" />
      </div>
    )
  }
  const page = stages.pages[pageIndex]
  const leftOut = leftOutSentence(stages.left_out)
  return (
    <div className={classes.content}>
      {isSeenAnew(reading, stages) && (
        <p className={classes.note}>
          <Trans>
            Other networks read this picture than those that see it here: {list(stages.models)}.
          </Trans>
        </p>
      )}
      {page && (
        <StagesOfPage
          number={pageIndex + 1}
          stages={page}
          lines={reading.pages[pageIndex]?.lines}
        />
      )}
      {leftOut && <p className={classes.note}>{leftOut}</p>}
    </div>
  )
}

function isSeenAnew(reading: Reading, { models }: Stages): boolean {
  return list(reading.models) !== list(models)
}

function list(models: Record<string, string>): string {
  return Object.entries(models)
    .map(([name, version]) => `${name} ${version}`)
    .sort()
    .join(', ')
}
