/** Draws the app's icons from public/favicon.svg, in the browser of the tests: `npm run icons`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const svg = readFileSync(new URL('../public/favicon.svg', import.meta.url), 'utf8')
const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
const INK = '#2f43c4'

// A system cuts a maskable icon to any shape inside its middle 80 %, and rounds Apple's by itself.
for (const { name, size, isFilled } of [
  { name: '192', size: 192, isFilled: false },
  { name: '512', size: 512, isFilled: false },
  { name: 'maskable-512', size: 512, isFilled: true },
  { name: 'apple-touch-180', size: 180, isFilled: true },
]) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const drawn = isFilled ? Math.round(size * 0.8) : size
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${isFilled ? INK : 'transparent'}">
      <img src="${source}" width="${drawn}" height="${drawn}">`,
  )
  await page.screenshot({
    path: fileURLToPath(new URL(`../public/icons/${name}.png`, import.meta.url)),
    omitBackground: true,
  })
  await browser.close()
}
