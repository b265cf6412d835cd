import { Trans } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { IconUpload } from '@tabler/icons-react'
import { useEffect } from 'react'
import { Link, useLocation } from 'react-router'
import { readingListQuery } from '@/features/readings/queries'
import { countUploads } from '@/features/readings/uploads/counts'
import { isWorking, useUploads } from '@/features/readings/uploads/upload-queue'
import classes from '@/features/readings/uploads/upload-status.module.css'

/** How far the files are, on all pages but the one that lists them. */
export function UploadStatus() {
  const items = useUploads()
  const queryClient = useQueryClient()
  const { pathname } = useLocation()
  const { read, failed } = countUploads(items)
  const finished = read + failed

  useEffect(() => {
    if (read > 0) void queryClient.invalidateQueries({ queryKey: readingListQuery.queryKey })
  }, [read, queryClient])

  if (!isWorking(items) || pathname === '/read') return null
  return (
    <Link to="/read" className={classes.status}>
      <IconUpload size={17} aria-hidden />
      <span>
        <Trans>
          {finished} of {items.length} <span className={classes.words}>files read</span>
        </Trans>
      </span>
    </Link>
  )
}
