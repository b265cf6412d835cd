import { createHmac } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { keyboardOnly, mouse, type Hands } from './keyboard'
import { chooseFile, logIn, newPerson, register } from './people'
import { drawNumber } from './pictures'

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]

for (const viewport of sizes) {
  test.describe(`${viewport.width} px wide`, () => {
    test.use({ viewport })

    const isPhone = viewport.width < 640

    test(`from an account to an export${isPhone ? '' : ', by keyboard alone'}`, async ({
      page,
    }) => {
      test.slow()
      const hands = isPhone ? mouse() : keyboardOnly(page)
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      await page.goto('/')
      await hands.press(
        page.getByRole('main').getByRole('link', { name: 'Create an account' }).first(),
      )
      const person = newPerson()
      await hands.fill(page.getByLabel('Your name'), person.name)
      await hands.fill(page.getByLabel('E-mail'), person.email)
      await hands.fill(page.getByLabel('Password', { exact: true }), person.password)
      await hands.press(button('Create account'))
      await expect(page.getByRole('heading', { name: /a picture/ })).toBeVisible()

      const folder = await makeFolder(page)
      const files = (await readdir(folder)).map((name) => join(folder, name))
      const chooser = page.waitForEvent('filechooser')
      // Phones have no folders to choose.
      await hands.press(button(isPhone ? 'Choose files' : 'Choose a folder'))
      await (await chooser).setFiles(isPhone ? files : folder)
      await expect(page.getByText('8 of 10 read, 2 failed')).toBeVisible({ timeout: 60_000 })
      await expect(page.getByText('This file is damaged or part of it is missing')).toBeVisible()
      await expect(page.getByText('26 MB; files up to 25 MB can be read')).toBeVisible()

      await hands.press(page.getByRole('link', { name: 'Review', exact: true }))
      await correctTwentySymbols(page)
      await hands.press(page.getByRole('link', { name: 'See the history' }))
      const rows = page.getByRole('main').getByRole('listitem')
      await expect(rows).toHaveCount(8)
      await hands.fill(page.getByLabel('Text contains'), '12345')
      await expect(rows).toHaveCount(4)
      await expect(rows.filter({ hasText: /doubtful \d\.png/ })).toHaveCount(4)
      expect(await exportedTexts(page, hands)).toEqual(Array(4).fill('"12345"'))
    })
  })
}

test('an access token that has run out is renewed, and no upload is lost', async ({
  page,
  request,
}) => {
  await logIn(page, await register(request))
  const answers: [number, string][] = []
  page.on('response', async (response) => {
    const isUpload = response.url().endsWith('/api/v1/readings')
    if (!isUpload || response.request().method() !== 'POST') return
    const { code = '' } = (await response.json()) as { code?: string }
    answers.push([response.status(), code])
  })
  await page.route(
    '**/api/v1/readings',
    async (route) => {
      const { authorization = '' } = route.request().headers()
      const headers = { ...route.request().headers(), authorization: await expired(authorization) }
      await route.continue({ headers })
    },
    { times: 1 },
  )
  await chooseFile(page, await drawNumber(page, '3'))

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Read: 3')
  expect(answers).toEqual([
    [401, 'token_expired'],
    [201, ''],
  ])
})

/** The same token as the service itself would have signed it two hours ago. */
async function expired(authorization: string): Promise<string> {
  const [header = '', body = ''] = authorization.replace('Bearer ', '').split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, number>
  const ago = Math.floor(Date.now() / 1000) - 2 * 3600
  const old = JSON.stringify({ ...claims, iat: ago, exp: ago + 900 })
  const signed = `${header}.${Buffer.from(old).toString('base64url')}`
  const secret = await readFile(join(process.env.E2E_VAR ?? '', 'secret'), 'utf8')
  return `Bearer ${signed}.${createHmac('sha256', secret.trim()).update(signed).digest('base64url')}`
}

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

async function correctTwentySymbols(page: Page) {
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

/** Exports what the history shows, and opens the file again. */
async function exportedTexts(page: Page, hands: Hands): Promise<(string | undefined)[]> {
  const download = page.waitForEvent('download')
  await hands.press(page.getByRole('button', { name: 'Export' }))
  await hands.choose(page.getByRole('menuitem', { name: 'CSV, as filtered' }))
  const csv = await readFile(await (await download).path(), 'utf8')
  const [head, ...lines] = csv.trimEnd().split('\r\n')
  const column = head?.split(',').indexOf('"corrected_text"') ?? -1
  return lines.map((line) => line.split(',')[column])
}
