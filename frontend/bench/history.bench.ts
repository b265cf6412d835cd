import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { test, type APIRequestContext, type Page } from '@playwright/test'
import { logIn, register, send, type Person } from '../e2e/people'
import { drawNumber } from '../e2e/pictures'
import { scrollTraced, type Frames } from './frames'

const READINGS = 10_000
const ROW_PX = 80
const SEARCHES = 200
// Fifty rows in a second, faster than anybody reads.
const WHEEL = { distance: 40_000, speed: 4_000 }

test(`the history of ${READINGS} readings`, async ({ page, request }) => {
  const person = await register(request)
  await logIn(page, person)
  for (const text of ['7', '0417', '80563', '0417\n2938\n5512']) {
    await send(page, await drawNumber(page, text))
  }
  report(
    'load of the machine at the start',
    loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
  )
  process.stdout.write(fill(person.email))
  await searchByRequest(request, person)

  await page.goto('/readings')
  await page.getByRole('main').getByRole('listitem').first().waitFor()
  reportFrames('from the top, loading on the way', await scrollTraced(page, WHEEL))
  await loadAll(page)
  const up = { ...WHEEL, distance: -WHEEL.distance }
  reportFrames('from the end, all 10,000 loaded', await scrollTraced(page, up))
  await searchInPage(page)

  await page.goto('/nowhere')
  await page.evaluate((height) => {
    document.body.innerHTML = `<div style="height: ${height}px"></div>`
  }, READINGS * ROW_PX)
  reportFrames('reference: an empty page', await scrollTraced(page, WHEEL))
  report(
    'load of the machine at the end',
    loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
  )
})

function fill(email: string): string {
  const python = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
  const script = fileURLToPath(new URL('../../backend/bench/history.py', import.meta.url))
  return execFileSync(python, [script, '--email', email, '--readings', String(READINGS)], {
    encoding: 'utf8',
    env: { ...process.env, LEGIBLE_VAR_DIR: process.env.E2E_VAR },
  })
}

/** One search after the other over HTTP, as the page asks; beside it a request that only looks up the account. */
async function searchByRequest(request: APIRequestContext, person: Person) {
  const known = await request.post('/api/v1/auth/login', { data: person })
  const { access_token } = (await known.json()) as { access_token: string }
  const headers = { Authorization: `Bearer ${access_token}` }
  const measure = async (path: (round: number) => string) => {
    const took = []
    for (let round = 0; round < SEARCHES; round += 1) {
      const start = performance.now()
      await (await request.get(path(round), { headers })).body()
      took.push(performance.now() - start)
    }
    return took
  }
  const search = (text: string) => `/api/v1/readings?limit=100&text=${text}`
  const digits = (round: number, length: number) =>
    String(round * 7919)
      .padStart(length, '0')
      .slice(-length)
  reportTimes('search for 2 digits', await measure((round) => search(digits(round, 2))))
  reportTimes('search for 4 digits', await measure((round) => search(digits(round, 4))))
  reportTimes('search for what is nowhere', await measure((round) => search(`x${round}`)))
  reportTimes('reference: GET /users/me', await measure(() => '/api/v1/users/me'))
}

/** Wheels on until the list ends. */
async function loadAll(page: Page) {
  const start = performance.now()
  const total = page.getByText(`${READINGS.toLocaleString('en')} readings`, { exact: true })
  while ((await total.count()) === 0) await page.mouse.wheel(0, 20_000)
  await page.keyboard.press('End')
  report(
    'scrolling on until all are loaded',
    `${((performance.now() - start) / 1000).toFixed(1)} s`,
  )
}

/** From the last key to the rows, with the quarter of a second that the field waits for the next key. */
async function searchInPage(page: Page) {
  const took = []
  for (let round = 10; round < 30; round += 1) {
    await page.getByLabel('Text contains').fill('')
    await page.waitForFunction(() => !location.search)
    const start = performance.now()
    await page.getByLabel('Text contains').fill(String(round))
    const answered = page.waitForResponse(/text=/)
    await (await answered).finished()
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
    )
    took.push(performance.now() - start)
  }
  reportTimes('search in the page, key to rows', took)
}

function reportFrames(name: string, frames: Frames) {
  const { bySecond, complete, partial, dropped, intervals, seconds } = frames
  const all = complete + partial + dropped
  const long = intervals.filter((each) => each > 50).length
  report(
    name,
    `${quantile(bySecond, 0.5)} fps (worst second ${Math.min(...bySecond)}), ` +
      `${dropped} of ${all} frames dropped in ${seconds.toFixed(1)} s; the page drew ` +
      `${(intervals.length / seconds).toFixed(0)} times a second, longest wait ` +
      `${Math.max(...intervals).toFixed(0)} ms, over 50 ms ${((100 * long) / intervals.length).toFixed(1)} %`,
  )
}

function reportTimes(name: string, took: readonly number[]) {
  report(
    name,
    `p50 ${quantile(took, 0.5).toFixed(1)} ms, p95 ${quantile(took, 0.95).toFixed(1)} ms`,
  )
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

function report(name: string, words: string) {
  console.log(`${name.padEnd(36)} ${words}`)
}
