import { randomUUID } from 'node:crypto'
import { expect, type APIRequestContext, type Page } from '@playwright/test'
import type { PictureFile } from './pictures'

export interface Person {
  name: string
  email: string
  password: string
}

export function newPerson(name = 'Ada Lovelace'): Person {
  return { name, email: `${randomUUID()}@example.org`, password: 'nine violet kettles' }
}

/** Makes an account behind the page's back. */
export async function register(request: APIRequestContext, person = newPerson()): Promise<Person> {
  const response = await request.post('/api/v1/auth/register', { data: person })
  expect(response.status()).toBe(201)
  return person
}

/** Ends all sessions of a person behind the page's back. */
export async function logOutEverywhere(request: APIRequestContext, person: Person) {
  const known = await request.post('/api/v1/auth/login', { data: person })
  const { access_token } = (await known.json()) as { access_token: string }
  const response = await request.post('/api/v1/auth/logout-everywhere', {
    headers: { Authorization: `Bearer ${access_token}` },
  })
  expect(response.status()).toBe(204)
}

export async function fillLogIn(page: Page, { email, password }: Person) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
}

/** Logs a person in through the form and waits for the read page. */
export async function logIn(page: Page, person: Person) {
  await page.goto('/login')
  await fillLogIn(page, person)
  await expect(page.getByRole('heading', { name: /a picture/ })).toBeVisible()
}

/** Sends a picture from the read page and waits for its result page. */
export async function send(page: Page, picture: PictureFile): Promise<string> {
  await page.goto('/read')
  await chooseFile(page, picture)
  await page.waitForURL(/\/readings\/[\w-]+$/)
  await expect(page.getByRole('img', { name: 'Page 1 as it was sent' })).toBeVisible()
  return new URL(page.url()).pathname
}

export async function chooseFile(page: Page, picture: PictureFile) {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files' }).click()
  await (await chooser).setFiles(picture)
}
