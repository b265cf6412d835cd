import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { startSession } from '@/api/session'
import { Providers } from '@/app/providers'
import { routes } from '@/app/router'
import { ada } from '@/testing/answers'

/** Opens a page of the whole app, for Ada or for nobody. */
export function renderRoute(path: string, { as }: { as: 'ada' | 'nobody' }) {
  if (as === 'ada') startSession(ada)
  const router = createMemoryRouter(routes, { initialEntries: [path] })
  render(
    <Providers env="test">
      <RouterProvider router={router} />
    </Providers>,
  )
  return { router, user: userEvent.setup() }
}
