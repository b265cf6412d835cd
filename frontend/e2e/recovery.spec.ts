import { expect, test } from '@playwright/test'
import { linkInMail } from './mails'
import { fillLogIn, logIn, newPerson, register } from './people'

const newPassword = 'seven amber lanterns'

test('a forgotten password is set anew by mail', async ({ page, request }) => {
  const person = await register(request)
  await page.goto('/login')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible()
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByRole('button', { name: 'Send me the mail' }).click()
  await expect(page.getByText('a mail is on its way')).toBeVisible()

  await page.goto(await linkInMail(person.email, 'reset-password'))
  await page.getByLabel('New password').fill(newPassword)
  await expect(page).toHaveURL(/\/reset-password$/)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('link', { name: 'Log in with it' }).click()
  await fillLogIn(page, { ...person, password: newPassword })
  await expect(page.getByRole('heading', { name: /a picture/ })).toBeVisible()

  // The mail came to it, so the address is confirmed.
  await page.goto('/account')
  await expect(page.getByText('Confirmed', { exact: true })).toBeVisible()
})

test('addresses are confirmed and changed by mail', async ({ page, request }) => {
  const person = await register(request)
  await logIn(page, person)
  await page.goto('/account')
  await expect(page.getByText('Not confirmed yet')).toBeVisible()
  await page.goto(await linkInMail(person.email, 'verify-email'))
  await expect(page.getByRole('heading', { name: /address is confirmed/ })).toBeVisible()
  await expect(page).toHaveURL(/\/verify-email$/)
  await page.reload()
  await expect(page.getByRole('heading', { name: /address is confirmed/ })).toBeVisible()

  const { email } = newPerson()
  await page.goto('/account')
  await page.getByRole('button', { name: 'Change your e-mail address' }).click()
  await page.getByLabel('New e-mail').fill(email)
  await page.getByLabel('Your password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Send a mail to the new address' }).click()
  await expect(page.getByText(`A mail to ${email} is on its way`)).toBeVisible()
  await page.goto(await linkInMail(email, 'change-email'))
  await page.getByRole('link', { name: 'Your account' }).click()
  await expect(page.getByText(email)).toBeVisible()
})

test('the password is changed with the one there is', async ({ page, request }) => {
  const person = await register(request)
  await logIn(page, person)
  await page.goto('/account')
  await page.getByRole('button', { name: 'Change your password' }).click()
  await page.getByLabel('Current password').fill(person.password)
  await page.getByLabel('New password').fill(newPassword)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await expect(page.getByText('Your password is changed')).toBeVisible()

  const old = await request.post('/api/v1/auth/login', { data: person })
  expect(old.status()).toBe(401)
  const now = await request.post('/api/v1/auth/login', {
    data: { ...person, password: newPassword },
  })
  expect(now.status()).toBe(200)
})

test('the data is taken away, and then the account is deleted', async ({ page, request }) => {
  const person = await register(request)
  await logIn(page, person)
  await page.goto('/account')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^legible-data-[\d-]+\.zip$/)

  await page.getByRole('button', { name: 'Delete account …' }).click()
  await page.getByLabel('Your password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await expect(page.getByRole('alert')).toContainText('not your password')
  await page.getByLabel('Your password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await expect(page.getByText('Your account and everything in it are deleted')).toBeVisible()

  const gone = await request.post('/api/v1/auth/login', { data: person })
  expect(gone.status()).toBe(401)
})
