import { t } from '@lingui/core/macro'
import { useQueryClient } from '@tanstack/react-query'
import { IconPlugConnectedX, IconWifiOff } from '@tabler/icons-react'
import { useEffect, useSyncExternalStore } from 'react'
import { getIsReachable, subscribeToReachability, useIsReachable } from '@/api/reachability'
import classes from '@/app/offline-banner.module.css'

/** The live region is always there, so that screen readers notice its words arriving. */
export function OfflineBanner() {
  const isOnline = useSyncExternalStore(subscribeToConnection, () => navigator.onLine)
  const isReachable = useIsReachable()
  useAskAgain()
  return (
    <div role="status">
      {!isOnline ? (
        <p className={classes.banner}>
          <IconWifiOff size={18} aria-hidden />
          {t`You are offline. What is on the page stays; go on when the connection is back.`}
        </p>
      ) : (
        !isReachable && (
          <p className={classes.banner}>
            <IconPlugConnectedX size={18} aria-hidden />
            {t`Legible does not answer right now. What is on the page stays; it is asked again by itself.`}
          </p>
        )
      )}
    </div>
  )
}

function subscribeToConnection(listener: () => void) {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

/** What could not be loaded meanwhile is asked for once more when the service is back. */
function useAskAgain() {
  const queryClient = useQueryClient()
  useEffect(
    () =>
      subscribeToReachability(() => {
        if (!getIsReachable()) return
        void queryClient.refetchQueries({
          type: 'active',
          predicate: ({ state }) => state.status === 'error',
        })
      }),
    [queryClient],
  )
}
