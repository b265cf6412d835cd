import '@fontsource-variable/atkinson-hyperlegible-next/wght.css'
import '@fontsource-variable/atkinson-hyperlegible-mono/wght.css'
import '@mantine/core/styles.css'
import '@/app/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { receiveSession, resumeSession } from '@/api/access'
import { Providers } from '@/app/providers'
import { routes } from '@/app/router'
import { startUpdates } from '@/app/updates'
import { startLanguage } from '@/lib/language'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')

startUpdates()
void Promise.allSettled([receiveSession(), startLanguage()]).then(() => {
  void resumeSession()
  createRoot(root).render(
    <StrictMode>
      <Providers>
        <RouterProvider router={createBrowserRouter(routes)} />
      </Providers>
    </StrictMode>,
  )
})
