import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'

/** Waits for the mail to somebody that leads to a page, and answers its link, as a path of the page. */
export async function linkInMail(to: string, path: string): Promise<string> {
  let found: string | undefined
  await expect(async () => {
    found = await findLink(to, path)
    expect(found, `a mail to ${to} with a link to /${path}`).toBeDefined()
  }).toPass({ timeout: 15_000 })
  return found ?? ''
}

async function findLink(to: string, path: string): Promise<string | undefined> {
  const folder = join(process.env.E2E_VAR ?? '', 'mail')
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => each.endsWith('.eml'))) {
    const text = await readFile(join(folder, name), 'utf8')
    const link = new RegExp(`/${path}#token=[\\w-]+`).exec(text)
    if (text.includes(`To: ${to}`) && link) return link[0]
  }
  return undefined
}
