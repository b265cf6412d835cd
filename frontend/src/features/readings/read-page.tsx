import { t } from '@lingui/core/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Title } from '@mantine/core'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Symbols } from '@/api/types'
import { CaptureButtons } from '@/features/readings/capture/capture-buttons'
import { noDrawing } from '@/features/readings/capture/drawing'
import { DropZone } from '@/features/readings/drop-zone'
import { PatternChoice } from '@/features/readings/pattern-choice'
import { readingListQuery } from '@/features/readings/queries'
import classes from '@/features/readings/read-page.module.css'
import { ReadingRow } from '@/features/readings/reading-row'
import { SymbolsChoice } from '@/features/readings/symbols-choice'
import { UploadProgress } from '@/features/readings/upload-progress'
import { UploadList } from '@/features/readings/uploads/upload-list'
import { enqueue, useUploads } from '@/features/readings/uploads/upload-queue'
import { useIncomingFiles } from '@/features/readings/use-incoming-files'
import { useUpload } from '@/features/readings/use-upload'
import { usePageTitle } from '@/lib/use-page-title'

export function ReadPage() {
  usePageTitle(t`Read a number`)
  const navigate = useNavigate()
  const [symbols, setSymbols] = useState<Symbols>('digits')
  const [pattern, setPattern] = useState('')
  const { upload, send, cancel } = useUpload(symbols, pattern, (reading) => {
    void navigate(`/readings/${reading.id}`, { state: { fresh: true } })
  })
  const uploads = useUploads()
  // One picture leads to its result; several, and what comes after them, are read one beside the other.
  const take = (files: readonly File[]) => {
    const [first] = files
    if (files.length === 1 && first && uploads.length === 0) send(first)
    else if (first) enqueue(files, symbols, pattern)
  }
  // Stays while the page does: closing the pad, or a lost connection, loses no stroke.
  const [drawing, setDrawing] = useState(noDrawing)
  const isDragging = useIncomingFiles(take)

  return (
    <div className={classes.page}>
      {uploads.length > 0 && <UploadList items={uploads} />}
      {upload.state === 'sending' ? (
        <UploadProgress file={upload.file} share={upload.share} onCancel={cancel} />
      ) : (
        <div className={classes.asking}>
          <DropZone
            isDragging={isDragging}
            onFiles={take}
            onRetry={send}
            failure={upload.state === 'failed' ? upload : undefined}
          >
            <CaptureButtons
              drawing={drawing}
              onDrawing={setDrawing}
              onPicture={(picture) => take([picture])}
            />
          </DropZone>
          <SymbolsChoice symbols={symbols} onChange={setSymbols} />
          <PatternChoice
            pattern={pattern}
            onChange={setPattern}
            onMarks={() => setSymbols('number')}
            refused={upload.state === 'badPattern' ? upload : undefined}
            onRetry={send}
          />
        </div>
      )}
      {uploads.length === 0 && <RecentReadings />}
    </div>
  )
}

function RecentReadings() {
  const { data } = useInfiniteQuery(readingListQuery)
  const recent = data?.pages[0]?.items.slice(0, 3) ?? []

  if (recent.length === 0) return null
  return (
    <section className={classes.recent} aria-labelledby="recent">
      <div className={classes.recentHead}>
        <Title order={2} size="h4" id="recent">
          {t`Your latest readings`}
        </Title>
        <Link to="/readings" className={classes.all}>
          {t`All readings`}
        </Link>
      </div>
      <ul className={classes.list}>
        {recent.map((reading) => (
          <ReadingRow key={reading.id} reading={reading} />
        ))}
      </ul>
    </section>
  )
}
