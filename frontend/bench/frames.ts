import type { CDPSession, Page } from '@playwright/test'

/** What Chromium's compositor tells of a frame. */
interface TraceEvent {
  name: string
  ph: string
  ts: number
  args?: { frame_reporter?: { frame_sequence: number; state: string; scroll_state: string } }
}

export interface Frames {
  seconds: number
  /** Frames that reached the screen, in each whole second. */
  bySecond: readonly number[]
  /** Frames on the screen with all that the page drew for them. */
  complete: number
  /** Frames on the screen that moved on time, while the page's own drawing comes with a later one. */
  partial: number
  dropped: number
  /** Milliseconds between two calls of requestAnimationFrame, which the page's own work delays. */
  intervals: readonly number[]
}

const CATEGORIES = ['cc,benchmark', 'disabled-by-default-devtools.timeline.frame', 'benchmark']

/** Scrolls as a wheel does, under a trace, and counts what reached the screen. */
export async function scrollTraced(
  page: Page,
  { distance, speed }: { distance: number; speed: number },
): Promise<Frames> {
  const devtools = await page.context().newCDPSession(page)
  await startIntervals(page)
  const stop = await startTrace(devtools)
  const start = Date.now()
  await devtools.send('Input.synthesizeScrollGesture', {
    x: 640,
    y: 500,
    yDistance: -distance,
    speed,
    preventFling: true,
    gestureSourceType: 'mouse',
  })
  const seconds = (Date.now() - start) / 1000
  const intervals = await page.evaluate(() => (globalThis as unknown as { taken: number[] }).taken)
  const events = await stop()
  await devtools.detach()
  return { ...countFrames(events), seconds, intervals }
}

function startIntervals(page: Page) {
  return page.evaluate(() => {
    const taken: number[] = []
    ;(globalThis as unknown as { taken: number[] }).taken = taken
    let before = performance.now()
    const next = (now: number) => {
      taken.push(now - before)
      before = now
      if ((globalThis as unknown as { taken: number[] }).taken === taken)
        requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })
}

async function startTrace(devtools: CDPSession): Promise<() => Promise<TraceEvent[]>> {
  const events: TraceEvent[] = []
  devtools.on('Tracing.dataCollected', ({ value }) =>
    events.push(...(value as unknown as TraceEvent[])),
  )
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ['*'] },
  })
  return async () => {
    const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve))
    await devtools.send('Tracing.end')
    await complete
    return events
  }
}

/** Of each frame of the scroll what became of it in the end: what was shown counts, whoever drew it. */
function countFrames(events: readonly TraceEvent[]): Omit<Frames, 'seconds' | 'intervals'> {
  const frames = new Map<number, { ts: number; states: Set<string> }>()
  for (const { name, ph, ts, args } of events) {
    const report = args?.frame_reporter
    if (name !== 'PipelineReporter' || ph !== 'b' || !report) continue
    if (report.scroll_state === 'SCROLL_NONE') continue
    const known = frames.get(report.frame_sequence) ?? { ts, states: new Set<string>() }
    known.states.add(report.state)
    frames.set(report.frame_sequence, known)
  }
  const scrolled = [...frames.values()].sort((a, b) => a.ts - b.ts)
  const first = scrolled[0]?.ts ?? 0
  const bySecond: number[] = []
  let [complete, partial, dropped] = [0, 0, 0]
  for (const { ts, states } of scrolled) {
    const second = Math.floor((ts - first) / 1_000_000)
    bySecond[second] ??= 0
    if (states.has('STATE_PRESENTED_ALL')) complete += 1
    else if (states.has('STATE_PRESENTED_PARTIAL')) partial += 1
    else {
      if (states.has('STATE_DROPPED')) dropped += 1
      continue
    }
    bySecond[second] += 1
  }
  // The last second is not a whole one.
  return { bySecond: bySecond.slice(0, -1), complete, partial, dropped }
}
