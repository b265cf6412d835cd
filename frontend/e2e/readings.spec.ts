import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { chooseFile, logIn, register, send } from './people'
import { drawBlank, drawNumber, type PictureFile } from './pictures'

test.beforeEach(async ({ page, request }) => {
  await logIn(page, await register(request))
})

test('a picture of a digit is read, with its percentage and its box', async ({ page }) => {
  await send(page, await drawNumber(page, '7'))

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 7')
  await expect(page.getByText(/^>?\d+\.\d% sure of this digit/)).toBeVisible()
  const boxes = page.getByRole('group', { name: 'Digits on the picture' }).getByRole('button')
  await expect(boxes).toHaveCount(1)
  await expect(boxes).toHaveAccessibleName(/^Digit 1 of 1: 7, >?\d+\.\d% sure/)
  const likely = page.getByRole('list', { name: 'How likely each digit is' }).getByRole('listitem')
  await expect(likely).toHaveCount(10)
  await expect(likely.first()).toHaveText(/^7>?\d/)
  await expectBoxOnInk(page)
})

test('each digit of a number is linked with its box, by mouse and by keyboard', async ({
  page,
}) => {
  await send(page, await drawNumber(page, '2715'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 2715')
  const boxes = page.getByRole('group', { name: 'Digits on the picture' }).getByRole('button')
  const digits = page.getByRole('group', { name: 'Digits in reading order' }).getByRole('button')

  await boxes.nth(2).click()
  await expect(digits.nth(2)).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('heading', { name: 'Digit 3 of 4' })).toBeVisible()

  await digits.nth(2).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(digits.nth(1)).toBeFocused()
  await expect(boxes.nth(1)).toHaveAttribute('aria-pressed', 'true')
})

test('what the model saw is shown to who opens it, digit by digit', async ({ page }) => {
  await send(page, await drawNumber(page, '2715'))
  await page.getByRole('button', { name: 'What the model saw' }).click()

  const line = page.getByRole('region', { name: 'Stages of the line' })
  await expect(line.getByRole('listitem')).toHaveText(['2', '7', '1', '5'])
  const tile = line.getByRole('img', { name: 'Digit 2, read as 7, as the digit network saw it' })
  const sizes = await tile.evaluate((image: HTMLImageElement) => [
    image.naturalWidth,
    image.naturalHeight,
  ])
  expect(sizes).toEqual([28, 28])
  await expect(line.getByRole('img', { name: /as the line network saw it$/ })).toBeVisible()
  await expect(page.getByRole('img', { name: 'Page 1, upright and grey' })).toBeVisible()
})

test('the text is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await send(page, await drawNumber(page, '41\n63'))
  await page.getByRole('button', { name: 'Copy the text' }).click()

  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('41\n63')
})

test('a picture is read when it is pasted', async ({ page }) => {
  await hand(page, 'paste', await drawNumber(page, '4'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 4')
})

test('a picture is read when it is dropped anywhere on the page', async ({ page }) => {
  await hand(page, 'drop', await drawNumber(page, '5'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 5')
})

test('a text file named .png is refused in plain words', async ({ page }) => {
  const buffer = Buffer.from('Just a few words, no picture.')
  await chooseFile(page, { name: 'notes.png', mimeType: 'image/png', buffer })

  await expect(page.getByRole('alert')).toContainText('notes.png')
  await expect(page.getByRole('alert')).toContainText('This file is not a picture')
})

test('a file over the limit is not even sent', async ({ page }) => {
  const buffer = Buffer.alloc(26 * 1024 * 1024, 1)
  await chooseFile(page, { name: 'huge.png', mimeType: 'image/png', buffer })

  await expect(page.getByRole('alert')).toContainText('26 MB; files up to 25 MB can be read')
})

test('a blank page says that nothing is written', async ({ page }) => {
  await send(page, await drawBlank(page))
  await expect(page.getByText('Nothing written', { exact: true })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No digits read')
})

test('a lost connection keeps the picture, and trying again reads it', async ({
  page,
  context,
}) => {
  const picture = await drawNumber(page, '3')
  await context.setOffline(true)
  await expect(page.getByText('You are offline.')).toBeVisible()
  await chooseFile(page, picture)
  await expect(page.getByRole('alert')).toContainText('Legible cannot be reached')

  await context.setOffline(false)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 3')
})

test('the original is downloaded as it was sent', async ({ page }) => {
  const picture = await drawNumber(page, '8', 'eight.png')
  await send(page, picture)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download original' }).click()

  const saved = await download
  expect(saved.suggestedFilename()).toBe('eight.png')
  const signature = (await readFile(await saved.path())).subarray(1, 4).toString()
  expect(signature).toBe('PNG')
})

test('the history has what was read, and what is deleted is gone', async ({ page }) => {
  const path = await send(page, await drawNumber(page, '9', 'nine.png'))
  await send(page, await drawNumber(page, '6', 'six.png'))
  await page.getByRole('link', { name: 'History' }).click()
  const rows = page.getByRole('main').getByRole('listitem')
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText('six.png')

  await page.getByRole('button', { name: 'Delete six.png' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('six.png was deleted.')).toBeVisible()
  await expect(rows).toHaveCount(1)

  await page.goto(path)
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
  await page.goto(path)
  await expect(page.getByRole('heading', { name: 'There is no such reading' })).toBeVisible()
})

test("another person's reading is not there", async ({ page, browser, request }) => {
  const path = await send(page, await drawNumber(page, '2'))
  const elsewhere = await (await browser.newContext()).newPage()
  await logIn(elsewhere, await register(request))
  await elsewhere.goto(path)

  await expect(elsewhere.getByRole('heading', { name: 'There is no such reading' })).toBeVisible()
})

/** Hands the page a file as the system would: dropped on it or pasted into it. */
async function hand(page: Page, how: 'drop' | 'paste', { name, mimeType, buffer }: PictureFile) {
  await page.evaluate(
    ({ how, name, mimeType, bytes }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }))
      const options = { bubbles: true, cancelable: true }
      document.body.dispatchEvent(
        how === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: transfer })
          : new DragEvent('drop', { ...options, dataTransfer: transfer }),
      )
    },
    { how, name, mimeType, bytes: [...buffer] },
  )
}

/** The box lies over the middle of the picture, where the digit was drawn. */
async function expectBoxOnInk(page: Page) {
  const box = await page.getByRole('button', { name: /^Digit 1 of 1/ }).boundingBox()
  const picture = await page.getByRole('img', { name: 'Page 1 as it was sent' }).boundingBox()
  if (!box || !picture) throw new Error('the box and the picture should both be visible')
  const middle = (from: number, length: number, start: number, size: number) =>
    (from + length / 2 - start) / size
  expect(middle(box.x, box.width, picture.x, picture.width)).toBeCloseTo(0.5, 0)
  expect(box.height / picture.height).toBeGreaterThan(0.35)
  expect(box.height / picture.height).toBeLessThan(0.6)
}
