import { expect, test } from '@playwright/test'
import { logIn, register } from './people'
import { drawNumber } from './pictures'

test('several files are read, one damaged fails clearly, and the history finds them', async ({
  page,
  request,
}) => {
  await logIn(page, await register(request))
  const files = [
    await drawNumber(page, '47', 'first.png'),
    await drawNumber(page, '315', 'second.png'),
    { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('Just a few words.') },
    await drawNumber(page, '82', 'third.png'),
  ]
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files' }).click()
  await (await chooser).setFiles(files)

  await expect(page.getByText('3 of 4 read, 1 failed')).toBeVisible()
  await expect(page.getByText('This file is not a picture')).toBeVisible()
  await expect(page.getByRole('link', { name: '315' })).toBeVisible()
  await page.getByRole('link', { name: 'History' }).click()
  const rows = page.getByRole('main').getByRole('listitem')
  await expect(rows).toHaveCount(3)
  await page.getByLabel('Text contains').fill('31')
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('second.png')
  await expect(page).toHaveURL(/\?text=31$/)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'CSV, as filtered' }).click()
  expect((await download).suggestedFilename()).toMatch(/^legible-readings-.*\.csv$/)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('button', { name: 'Select all' }).click()
  await page.getByRole('button', { name: 'Delete selected' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
})
