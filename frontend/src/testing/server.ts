import { setupServer } from 'msw/node'
import { answers, json } from '@/testing/answers'

/** The network of the tests: a request that no test has answered is an error. */
export const server = setupServer(answers.providers(() => json.providers()))
