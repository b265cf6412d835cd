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

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </MantineProvider>
  )
}
