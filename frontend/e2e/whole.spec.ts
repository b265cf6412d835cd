import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { chooseFile, logIn, newPerson, register } from './people'
import { drawNumber } from './pictures'

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]

for (const viewport of sizes) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport })

    test('from an account to an export, with twenty symbols corrected by keyboard', async ({
      page,
    }) => {
      test.slow()
      const person = newPerson()
      await page.goto('/register')
      await page.getByLabel('Your name').fill(person.name)
      await page.getByLabel('E-mail').fill(person.email)
      await page.getByLabel('Password', { exact: true }).fill(person.password)
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.getByRole('heading', { name: /a picture/ })).toBeVisible()

      const folder = await makeFolder(page)
      const files = (await readdir(folder)).map((name) => join(folder, name))
      const chooser = page.waitForEvent('filechooser')
      // Phones have no folders to choose.
      const isPhone = viewport.width < 640
      const button = isPhone ? 'Choose files' : 'Choose a folder'
      await page.getByRole('button', { name: button }).click()
      await (await chooser).setFiles(isPhone ? files : folder)
      await expect(page.getByText('8 of 10 read, 2 failed')).toBeVisible({ timeout: 60_000 })
      await expect(page.getByText('This file is damaged or part of it is missing')).toBeVisible()
      await expect(page.getByText('26 MB; files up to 25 MB can be read')).toBeVisible()

      await reviewByKeyboard(page)
      await page.getByRole('link', { name: 'See the history' }).press('Enter')
      await expect(page.getByRole('heading', { name: 'Your readings' })).toBeVisible()
      const rows = page.getByRole('main').getByRole('listitem')
      await expect(rows).toHaveCount(8)
      await page.getByLabel('Text contains').fill('12345')
      await expect(rows).toHaveCount(4)
      await expect(rows.filter({ hasText: /doubtful \d\.png/ })).toHaveCount(4)

      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem', { name: 'CSV, as filtered' }).click()
      const csv = await readFile(await (await download).path(), 'utf8')
      const [head, ...lines] = csv.trimEnd().split('\r\n')
      const column = head?.split(',').indexOf('"corrected_text"') ?? -1
      expect(lines.map((line) => line.split(',')[column])).toEqual(Array(4).fill('"12345"'))
    })
  })
}

test('an access token that is refused on the way is renewed, and no upload is lost', async ({
  page,
  request,
}) => {
  await logIn(page, await register(request))
  const answers: number[] = []
  page.on('response', (response) => {
    const isUpload = response.url().endsWith('/api/v1/readings')
    if (isUpload && response.request().method() === 'POST') answers.push(response.status())
  })
  // The service itself refuses what has become of the token, then takes the one that its cookie gave.
  await page.route(
    '**/api/v1/readings',
    (route) => {
      const { authorization = '' } = route.request().headers()
      const spoilt = `${authorization.slice(0, -4)}AAAA`
      return route.continue({ headers: { ...route.request().headers(), authorization: spoilt } })
    },
    { times: 1 },
  )
  await chooseFile(page, await drawNumber(page, '3'))

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 3')
  expect(answers).toEqual([401, 201])
})

/** Ten pictures in a folder: four of them doubtful, one damaged, one too large. */
async function makeFolder(page: Page): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'legible-e2e-')), 'scans')
  await mkdir(folder)
  const write = (name: string, data: Buffer) => writeFile(join(folder, name), data)
  for (const number of [1, 2, 3, 4]) {
    await write(`clear ${number}.png`, (await drawNumber(page, `${number}`)).buffer)
    // Run together, so that every digit is in doubt.
    await write(`doubtful ${number}.png`, (await drawNumber(page, '80563', '', 60)).buffer)
  }
  const whole = (await drawNumber(page, '2938')).buffer
  await write('damaged.png', whole.subarray(0, whole.length / 2))
  await write('large.png', Buffer.alloc(26 * 1024 * 1024, 1))
  return folder
}

async function reviewByKeyboard(page: Page) {
  await page.getByRole('link', { name: 'Review', exact: true }).press('Enter')
  for (let reading = 0; reading < 4; reading += 1) {
    const desk = page.getByRole('region', { name: /^Review of doubtful \d\.png/ })
    await expect(desk).toBeVisible()
    const name = await desk.getAttribute('aria-label')
    await expect(page.getByRole('application').getByRole('button').first()).toBeFocused()
    await page.keyboard.type('12345')
    await expect(page.getByText('Nothing is in doubt any more')).toBeVisible()
    await page.keyboard.press('Enter')
    if (name) await expect(page.getByRole('region', { name })).toBeHidden()
  }
  await expect(page.getByRole('heading', { name: 'All checked' })).toBeVisible()
  await expect(page.getByText('All saved')).toBeVisible()
}
