import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import classes from '@/features/admin/more.module.css'

interface MoreProps {
  isLoading: boolean
  /** Asks for what follows; undefined where there is nothing more, or where asking has failed. */
  onMore: (() => void) | undefined
}

/** Asks for what follows when the end of a list is near; the button does so by hand. */
export function More({ isLoading, onMore }: MoreProps) {
  const end = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const { current } = end
    if (!current || !onMore || isLoading || !('IntersectionObserver' in window)) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) onMore()
      },
      { rootMargin: '600px' },
    )
    observer.observe(current)
    return () => observer.disconnect()
  }, [isLoading, onMore])

  if (!onMore && !isLoading) return null
  return (
    <div ref={end} className={classes.more}>
      <Button variant="default" loading={isLoading} onClick={onMore}>
        {t`Show more`}
      </Button>
    </div>
  )
}
