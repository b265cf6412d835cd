import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ApiError } from '@/api/api-error'
import { cssVariables, theme } from '@/app/theme'

// The key is also read by public/theme.js, before the first paint.
const colorSchemeManager = localStorageColorSchemeManager({ key: 'legible-theme' })

export function createQueryClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 30_000,
        // Asking again can help when the service did not answer, never when it refused.
        retry: (failures, error) => error instanceof ApiError && error.status === 0 && failures < 1,
      },
      mutations: { networkMode: 'always' },
    },
  })
}

interface ProvidersProps {
  children: ReactNode
  /** Without a layout, as in a simulated browser, nothing is hidden for being out of sight. */
  env?: 'default' | 'test'
}

export function Providers({ children, env = 'default' }: ProvidersProps) {
  const [queryClient] = useState(createQueryClient)
  return (
    <MantineProvider
      env={env}
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      </I18nProvider>
    </MantineProvider>
  )
}
