import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as base, type LaunchOptions, type Page } from '@playwright/test'
import { digitStrokes } from '../src/components/digit-strokes'
import { expectAccessible } from './accessibility'
import { logIn, register, send } from './people'
import { drawNumber } from './pictures'
import { keepScreen } from './screens'

// What the camera of Chromium sees: the pictures of this file, over and over.
const seen = join(process.env.E2E_VAR ?? tmpdir(), 'camera.mjpeg')

const test = base.extend<object, { launchOptions: LaunchOptions }>({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const camera = [
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-video-capture=${seen}`,
      ]
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...camera] })
    },
    { scope: 'worker' },
  ],
})

test.beforeEach(async ({ page, request }) => {
  await logIn(page, await register(request))
})

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport })

    test('a 7 drawn with the mouse is read', async ({ page }) => {
      await page.getByRole('button', { name: 'Draw a number' }).click()
      const paper = page.getByRole('dialog').getByRole('img', { name: 'Paper to write on' })
      await drawWithMouse(page, await placeOf(paper), 7)
      await expect(page.getByText('2 strokes are written.')).toBeVisible()
      await page.keyboard.press('Control+z')
      await expect(page.getByText('1 stroke is written.')).toBeVisible()
      await page.keyboard.press('Control+y')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Draw a number' }).click()
      await expect(page.getByText('2 strokes are written.')).toBeVisible()
      await look(page, `pad-${viewport.width}`)
      await page.getByRole('button', { name: 'Read', exact: true }).click()

      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 7')
    })

    test('what the camera sees is taken, cut by keyboard and read', async ({ page }) => {
      await writeFile(seen, await photograph(page, '4 7'))
      await page.getByRole('button', { name: 'Use camera' }).click()
      await expect(page.getByText('Fill the picture with the number.')).toBeVisible()
      await expect
        .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth))
        .toBeGreaterThan(0)
      await look(page, `camera-${viewport.width}`)
      const track = await page.locator('video').evaluateHandle((video: HTMLVideoElement) => {
        return (video.srcObject as MediaStream).getVideoTracks()[0]
      })
      await page.keyboard.press('Space')
      await expect(page.getByRole('img', { name: 'What was taken' })).toBeVisible()
      expect(await track.evaluate((known) => known?.readyState)).toBe('ended')
      await look(page, `taken-${viewport.width}`)

      await page.getByRole('button', { name: 'Crop or turn' }).click()
      await expect(page.getByText('640 by 480 of 640 by 480 pixels are kept.')).toBeVisible()
      await page.getByRole('button', { name: /^Left edge/ }).focus()
      await page.keyboard.press('Control+ArrowRight')
      for (let presses = 0; presses < 8; presses += 1) await page.keyboard.press('Shift+ArrowRight')
      await expect(page.getByText(/^[234]\d\d by 480 of 640 by 480/)).toBeVisible()
      await look(page, `crop-${viewport.width}`)
      await page.getByRole('button', { name: 'Use this part' }).click()
      await expect(page.getByRole('button', { name: 'Read this picture' })).toBeFocused()
      await page.keyboard.press('Enter')

      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 7')
    })
  })
}

test('a picture that was read is turned and read again', async ({ page }) => {
  const path = await send(page, await drawNumber(page, '3', 'three.png'))
  await page.getByRole('button', { name: 'Crop or turn, read again' }).click()
  await page.getByRole('button', { name: 'Turn right' }).click()
  await page.getByRole('button', { name: 'Turn right' }).click()
  await page.getByRole('button', { name: 'Turn left' }).click()
  await page.getByRole('button', { name: 'Turn left' }).click()
  await page.getByText('Cut by numbers instead').click()
  await page.getByLabel('Top').fill('10')
  await page.getByRole('button', { name: 'Read this part' }).click()

  await page.waitForURL((url) => url.pathname !== path)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 3')
  await page.getByRole('link', { name: 'History' }).click()
  await expect(page.getByText('three (cropped).png')).toBeVisible()
})

interface Place {
  x: number
  y: number
  width: number
  height: number
}

async function placeOf(locator: ReturnType<Page['locator']>): Promise<Place> {
  await expect(locator).toBeVisible()
  const place = await locator.boundingBox()
  if (!place) throw new Error('there should be a paper to write on')
  return place
}

/** Draws a digit with the strokes that this app draws it with. */
async function drawWithMouse(page: Page, paper: Place, digit: number) {
  const strokes = await page.evaluate((path) => {
    return path.split(/(?=M)/).map((part) => {
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
      line.setAttribute('d', part)
      return Array.from({ length: 13 }, (_, step) => {
        const { x, y } = line.getPointAtLength((line.getTotalLength() * step) / 12)
        return { x, y }
      })
    })
  }, digitStrokes[digit] ?? '')
  const scale = Math.min(paper.width / 60, paper.height / 80) * 0.7
  const left = paper.x + paper.width / 2 - 30 * scale
  const top = paper.y + paper.height / 2 - 40 * scale
  for (const [first, ...rest] of strokes) {
    if (!first) continue
    await page.mouse.move(left + first.x * scale, top + first.y * scale)
    await page.mouse.down()
    for (const { x, y } of rest) await page.mouse.move(left + x * scale, top + y * scale)
    await page.mouse.up()
  }
}

/** A film of the number, as Chromium's camera takes it: JPEGs of 640 by 480, one after the other. */
async function photograph(page: Page, text: string): Promise<Buffer> {
  const { buffer } = await drawNumber(page, text)
  const url = await page.evaluate(async (png) => {
    const image = new Image()
    image.src = `data:image/png;base64,${png}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 480
    const pen = canvas.getContext('2d')
    if (!pen) throw new Error('no canvas in this browser')
    pen.fillStyle = '#f6f2e8'
    pen.fillRect(0, 0, 640, 480)
    pen.drawImage(image, (640 - image.width) / 2, (480 - image.height) / 2)
    return canvas.toDataURL('image/jpeg', 0.95)
  }, buffer.toString('base64'))
  const frame = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
  return Buffer.concat(Array.from({ length: 10 }, () => frame))
}

/** Keeps a picture of a dialog, and checks it with axe. */
async function look(page: Page, name: string) {
  await keepScreen(page, name, { fullPage: false })
  await expectAccessible(page, name)
}
