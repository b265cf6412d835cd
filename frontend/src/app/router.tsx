import type { RouteObject } from 'react-router'
import { CrashPage } from '@/app/crash-page'
import { LandingPage } from '@/app/landing-page'
import { NotFoundPage } from '@/app/not-found-page'
import { RequireSession } from '@/app/require-session'
import { Shell } from '@/app/shell'

export const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <CrashPage />,
        children: [
          { index: true, element: <LandingPage /> },
          {
            path: 'login',
            lazy: async () => {
              const { LogInPage } = await import('@/features/accounts/log-in-page')
              return { Component: LogInPage }
            },
          },
          {
            path: 'login/link',
            lazy: async () => {
              const { LinkPage } = await import('@/features/accounts/link-page')
              return { Component: LinkPage }
            },
          },
          {
            path: 'register',
            lazy: async () => {
              const { RegisterPage } = await import('@/features/accounts/register-page')
              return { Component: RegisterPage }
            },
          },
          {
            path: 'forgot-password',
            lazy: async () => {
              const { ForgotPasswordPage } =
                await import('@/features/accounts/recovery/forgot-password-page')
              return { Component: ForgotPasswordPage }
            },
          },
          {
            path: 'reset-password',
            lazy: async () => {
              const { ResetPasswordPage } =
                await import('@/features/accounts/recovery/reset-password-page')
              return { Component: ResetPasswordPage }
            },
          },
          {
            path: 'verify-email',
            lazy: async () => {
              const { VerifyEmailPage } =
                await import('@/features/accounts/recovery/verify-email-page')
              return { Component: VerifyEmailPage }
            },
          },
          {
            path: 'change-email',
            lazy: async () => {
              const { ChangeEmailPage } =
                await import('@/features/accounts/recovery/change-email-page')
              return { Component: ChangeEmailPage }
            },
          },
          {
            path: 'models/:name?/:version?',
            lazy: async () => {
              const { ModelsPage } = await import('@/features/networks/models-page')
              return { Component: ModelsPage }
            },
          },
          {
            element: <RequireSession />,
            children: [
              {
                path: 'admin',
                lazy: async () => {
                  const { RequireAdmin } = await import('@/app/require-admin')
                  return { Component: RequireAdmin }
                },
                children: [
                  {
                    index: true,
                    lazy: async () => {
                      const { UsersPage } = await import('@/features/admin/users-page')
                      return { Component: UsersPage }
                    },
                  },
                  {
                    path: 'corrections',
                    lazy: async () => {
                      const { CorrectionsPage } =
                        await import('@/features/admin/corrections/corrections-page')
                      return { Component: CorrectionsPage }
                    },
                  },
                  {
                    path: 'audit',
                    lazy: async () => {
                      const { AuditPage } = await import('@/features/admin/audit-page')
                      return { Component: AuditPage }
                    },
                  },
                  {
                    path: 'networks',
                    lazy: async () => {
                      const { SwitchingPage } =
                        await import('@/features/networks/switching/switching-page')
                      return { Component: SwitchingPage }
                    },
                  },
                ],
              },
              {
                path: 'read',
                lazy: async () => {
                  const { ReadPage } = await import('@/features/readings/read-page')
                  return { Component: ReadPage }
                },
              },
              {
                path: 'review',
                lazy: async () => {
                  const { ReviewPage } = await import('@/features/readings/review/review-page')
                  return { Component: ReviewPage }
                },
              },
              {
                path: 'account',
                lazy: async () => {
                  const { AccountFrame } = await import('@/features/accounts/account-frame')
                  return { Component: AccountFrame }
                },
                children: [
                  {
                    index: true,
                    lazy: async () => {
                      const { AccountPage } = await import('@/features/accounts/account-page')
                      return { Component: AccountPage }
                    },
                  },
                  {
                    path: 'keys',
                    lazy: async () => {
                      const { KeysPage } = await import('@/features/keys/keys-page')
                      return { Component: KeysPage }
                    },
                  },
                  {
                    path: 'usage',
                    lazy: async () => {
                      const { UsagePage } = await import('@/features/usage/usage-page')
                      return { Component: UsagePage }
                    },
                  },
                ],
              },
              {
                path: 'readings',
                lazy: async () => {
                  const { HistoryPage } = await import('@/features/readings/history/history-page')
                  return { Component: HistoryPage }
                },
              },
              {
                path: 'readings/:id',
                lazy: async () => {
                  const { ReadingPage } = await import('@/features/readings/reading-page')
                  return { Component: ReadingPage }
                },
              },
            ],
          },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
]
