import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import classes from '@/app/offline-banner.module.css'
import { useUpdate } from '@/app/updates'

/** Offers the newer version of the page; the work at hand is not interrupted for it. */
export function UpdateBanner() {
  const update = useUpdate()
  return (
    <div role="status">
      {update && (
        <p className={classes.banner} data-kind="update">
          <IconRefresh size={18} aria-hidden />
          {t`A new version of Legible is ready.`}
          <Button size="compact-sm" variant="default" onClick={update}>
            {t`Reload`}
          </Button>
        </p>
      )}
    </div>
  )
}
