import { setupServer } from 'msw/node'
import { ada, answers, json } from '@/testing/answers'

/** The network of the tests: a request that no test has answered is an error. */
export const server = setupServer(
  answers.ready(503),
  answers.providers(() => json.providers()),
  answers.trial(() => json.trial({ available: false })),
  answers.me(() => json.user(ada.user)),
  answers.identities(() => json.identities()),
)
