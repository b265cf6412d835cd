/**
 * Gathers the words of the pages into src/locales, or with --check tells whether that was left undone, and which words
 * have no translation.
 *
 *   npm run messages          writes the catalogues anew
 *   npm run messages:check    changes nothing
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const frontend = fileURLToPath(new URL('..', import.meta.url))
const locales = join(frontend, 'src/locales')
const command = join(frontend, 'node_modules/.bin/lingui')

/** @param {string[]} args */
function lingui(...args) {
  execFileSync(command, args, {
    cwd: frontend,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
}

/** @param {unknown} error What a command that failed has said. */
function saidBy(error) {
  const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
  return `${stdout ?? ''}${stderr ?? ''}`.trim()
}

function check() {
  const copy = mkdtempSync(join(tmpdir(), 'legible-messages-'))
  try {
    cpSync(locales, copy, { recursive: true })
    const config = join(copy, 'lingui.config.mjs')
    writeFileSync(
      config,
      `import config from ${JSON.stringify(join(frontend, 'lingui.config.js'))}
const [catalog] = config.catalogs
export default {
  ...config,
  rootDir: ${JSON.stringify(frontend)},
  catalogs: [{ ...catalog, path: ${JSON.stringify(join(copy, '{locale}'))} }],
}
`,
    )
    lingui('extract', '--clean', '--config', config)
    const stale = readdirSync(locales)
      .filter((name) => name.endsWith('.po'))
      .filter((name) => wordsOf(join(locales, name)) !== wordsOf(join(copy, name)))
    if (stale.length > 0) {
      const names = stale.map((name) => `src/locales/${name}`).join(', ')
      return `${names}: stale. Run \`npm run messages\`, translate what is empty, commit the result.`
    }
    try {
      lingui('compile', '--strict', '--config', config)
    } catch (error) {
      return saidBy(error)
    }
    return null
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** @param {string} file */
function wordsOf(file) {
  return readFileSync(file, 'utf8').replace(/^"POT-Creation-Date.*\n/m, '')
}

if (!process.argv.includes('--check')) {
  lingui('extract', '--clean')
  console.log('src/locales is written; translate what is empty there')
} else {
  const problem = check()
  if (problem === null) console.log('src/locales has all words of the pages, in every language')
  else {
    console.error(problem)
    process.exitCode = 1
  }
}
