import { setupServer } from 'msw/node'

/** The network of the tests: a request that no test has answered is an error. */
export const server = setupServer()
