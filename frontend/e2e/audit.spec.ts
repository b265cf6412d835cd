import { expect, test, type Page } from '@playwright/test'
import { logIn, register, send } from './people'
import { drawNumber } from './pictures'

/** What Lighthouse looks for, of every page. Times are told, never judged: the machine may be busy. */
const LEAST_TARGET_PX = 24
const MOST_SHIFT = 0.1

for (const width of [390, 1280]) {
  test(`pages are well made, ${width} px wide`, async ({ page, request, baseURL }) => {
    test.slow()
    await page.setViewportSize({ width, height: 844 })
    const audit = await auditor(page, baseURL ?? '')
    for (const path of ['/', '/login', '/register', '/forgot-password', '/nowhere']) {
      await audit(path)
    }
    await logIn(page, await register(request))
    const reading = await send(page, await drawNumber(page, '0417', 'label.png'))
    await send(page, await drawNumber(page, '80563', 'close.png', 60))
    for (const path of [
      '/read',
      '/readings',
      reading,
      '/review',
      '/account',
      '/account/keys',
      '/account/usage',
    ]) {
      await audit(path)
    }
  })
}

test('files of the build are compressed, kept, and of the right kinds', async ({
  page,
  request,
}) => {
  const index = await request.get('/')
  expect(index.headers()['cache-control']).toBe('no-cache')
  const script = /\/assets\/index-[\w-]+\.js/.exec(await index.text())?.[0] ?? ''
  const { headers } = await request
    .get(script, { headers: { 'Accept-Encoding': 'gzip' } })
    .then((response) => ({ headers: response.headers() }))
  expect(headers).toMatchObject({ 'content-encoding': 'gzip' })
  expect(headers['cache-control']).toContain('immutable')
  for (const [path, kind] of [
    ['/manifest.webmanifest', 'application/manifest+json'],
    ['/sw.js', 'text/javascript'],
    ['/robots.txt', 'text/plain'],
    ['/favicon.svg', 'image/svg+xml'],
    ['/icons/512.png', 'image/png'],
    ['/icons/apple-touch-180.png', 'image/png'],
  ] as const) {
    const response = await request.get(path)
    expect(response.headers()['content-type'], path).toContain(kind)
    expect(response.headers()['cache-control'], path).toBe('no-cache')
  }
  expect(page.url()).toBe('about:blank')
})

/** Opens a path as if for the first time and checks what was found there. */
async function auditor(page: Page, site: string) {
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(message.text())
  })
  page.on('pageerror', (error) => heard.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(site) && !/^(blob|data):/.test(request.url())) {
      heard.push(`asks another site: ${request.url()}`)
    }
  })
  await page.addInitScript(observe)
  return async (path: string) => {
    heard.length = 0
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
    await page.waitForLoadState('networkidle')
    const found = await page.evaluate(inspect, LEAST_TARGET_PX)
    const { shift, largestMs, ...rest } = found
    console.log(
      `${path.slice(0, 20).padEnd(20)} largest paint ${largestMs.toFixed(0)} ms, shift ${shift.toFixed(3)}`,
    )
    expect(rest.problems, path).toEqual([])
    expect(heard, path).toEqual([])
    expect(shift, `${path} moves while it loads`).toBeLessThan(MOST_SHIFT)
  }
}

interface Observed {
  shift: number
  largestMs: number
}

/** Runs in the page before anything of it. */
function observe() {
  const observed: Observed = { shift: 0, largestMs: 0 }
  Object.assign(globalThis, { observed })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number
      hadRecentInput: boolean
    })[]) {
      if (!entry.hadRecentInput) observed.shift += entry.value
    }
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    observed.largestMs = list.getEntries().at(-1)?.startTime ?? 0
  }).observe({ type: 'largest-contentful-paint', buffered: true })
}

/** Runs in the page: what is missing there. */
function inspect(leastPx: number): Observed & { problems: string[] } {
  const problems: string[] = []
  const all = <Kind extends Element>(selector: string) => [
    ...document.querySelectorAll<Kind>(selector),
  ]
  const wants = (isThere: boolean, problem: string) => {
    if (!isThere) problems.push(problem)
  }
  const meta = (name: string) =>
    document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? ''
  wants(/^.+ · Legible$/.test(document.title), `title: ${document.title}`)
  wants(meta('description').length >= 50, 'meta description')
  wants(meta('viewport').includes('width=device-width'), 'viewport')
  wants(!/user-scalable=no|maximum-scale/.test(meta('viewport')), 'zoom is forbidden')
  wants(document.documentElement.lang.length >= 2, 'lang')
  wants(all('h1').length === 1, `${all('h1').length} h1`)
  for (const landmark of ['header', 'nav', 'main']) {
    wants(all(landmark).length >= 1, `no ${landmark}`)
  }
  wants(document.querySelector('link[rel="icon"]') !== null, 'favicon')
  wants(document.querySelector('link[rel="manifest"]') !== null, 'manifest')
  for (const image of all<HTMLImageElement>('img')) {
    wants(image.hasAttribute('alt'), `no alt: ${image.outerHTML.slice(0, 120)}`)
  }
  for (const target of all<HTMLElement>('a[href], button, input, select, [role="button"]')) {
    const { width, height } = target.getBoundingClientRect()
    // Links in a sentence are as high as its line (WCAG 2.5.8), and what has no size is not to be seen.
    const isInline = getComputedStyle(target).display === 'inline'
    if (isInline || width <= 1 || height <= 1 || target.closest('label')) continue
    if (target.matches('input[type="radio"], input[type="checkbox"], .mantine-VisuallyHidden-root'))
      continue
    const isLarge = width >= leastPx - 0.5 && height >= leastPx - 0.5
    wants(
      isLarge || target.tabIndex < 0,
      `${width.toFixed(0)} x ${height.toFixed(0)} px: ${target.outerHTML.slice(0, 120)}`,
    )
  }
  const { observed } = globalThis as unknown as { observed: Observed }
  return { ...observed, problems }
}
