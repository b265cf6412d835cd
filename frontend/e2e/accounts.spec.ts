import { expect, test } from '@playwright/test'
import { chooseFile, fillLogIn, logIn, logOutEverywhere, newPerson, register } from './people'

test('someone new registers and is at the read page', async ({ page }) => {
  const person = newPerson()
  await page.goto('/')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await expect(page.getByText('At least 10 characters')).toBeVisible()

  await page.getByLabel('Your name').fill(person.name)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()

  await expect(page.getByRole('heading', { name: 'Drop a picture of a number' })).toBeVisible()
})

test('a common password is refused in plain words', async ({ page }) => {
  await page.goto('/register')
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('E-mail').fill(newPerson().email)
  await page.getByLabel('Password', { exact: true }).fill('1234567890')
  await page.getByRole('button', { name: 'Create account' }).click()

  await expect(page.getByRole('alert')).toContainText('too easy to guess')
})

test('an e-mail that is taken leads to logging in', async ({ page, request }) => {
  const person = await register(request)
  await page.goto('/register')
  await page.getByLabel('Your name').fill(person.name)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()

  await expect(page.getByRole('alert')).toContainText('already an account with this e-mail')
})

test('a wrong password says so and lets in nobody', async ({ page, request }) => {
  const person = await register(request)
  await page.goto('/login')
  await fillLogIn(page, { ...person, password: 'not the password' })

  await expect(page.getByRole('alert')).toContainText('The e-mail or the password is not right')
  await page.goto('/read')
  await expect(page).toHaveURL(/\/login/)
})

test('a deep link asks to log in and then leads there', async ({ page, request }) => {
  const person = await register(request)
  await page.goto('/readings?from=mail')
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible()
  await fillLogIn(page, person)

  await expect(page).toHaveURL(/\/readings\?from=mail$/)
  await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
})

test('logging out closes the pages', async ({ page, request }) => {
  await logIn(page, await register(request))
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Log out' }).click()

  await expect(page.getByRole('heading', { name: /Handwritten numbers/ })).toBeVisible()
  await page.goto('/readings')
  await expect(page).toHaveURL(/\/login/)
})

test('a reload keeps you logged in, also in another tab and without the old token', async ({
  page,
  context,
  request,
}) => {
  await logIn(page, await register(request))
  await page.goto('/readings')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()

  const other = await context.newPage()
  await Promise.all([page.reload(), other.goto('/readings')])
  for (const tab of [page, other]) {
    await expect(tab.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
  }

  const cookies = await context.cookies(new URL('/api/v1/auth/refresh', page.url()).href)
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/api/v1/auth' }])
})

test('a device that was logged out from elsewhere is told at its next step', async ({
  page,
  request,
}) => {
  const person = await register(request)
  await logIn(page, person)
  await logOutEverywhere(request, person)
  await chooseFile(page, { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('a') })

  await expect(page.getByRole('dialog', { name: 'Your session ended' })).toBeVisible()
})

test('a session that the service no longer accepts asks for the password and goes on', async ({
  page,
  request,
}) => {
  const person = await register(request)
  await logIn(page, person)
  await logOutEverywhere(request, person)
  await page.goto('/readings')

  const dialog = page.getByRole('dialog', { name: 'Your session ended' })
  await expect(dialog.getByLabel('E-mail')).toHaveValue(person.email)
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await dialog.getByRole('button', { name: 'Log in' }).click()

  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Nothing read yet' })).toBeVisible()
})
