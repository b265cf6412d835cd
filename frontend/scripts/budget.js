/**
 * Reports the JavaScript of the build (gzip): of the first load, and of each page what comes on top. Fails when the
 * first load of the read page is over its budget.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_BYTES = 250 * 1024
const PAGE = 'src/features/readings/read-page.tsx'

/** @typedef {{ file: string, isEntry?: boolean, isDynamicEntry?: boolean, imports?: string[] }} Chunk */

const dist = new URL('../dist/', import.meta.url)
/** @type {unknown} */
const parsed = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const manifest = /** @type {Record<string, Chunk>} */ (parsed)
const keys = Object.keys(manifest)

/**
 * What a chunk needs to run, itself among it, besides what is there already.
 *
 * @param {string[]} entries
 * @param {ReadonlySet<string>} [known]
 */
function filesOf(entries, known = new Set()) {
  /** @type {Set<string>} */
  const files = new Set()
  /** @param {string} key */
  const visit = (key) => {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`${key} is not in the build: has the page moved?`)
    if (files.has(chunk.file) || known.has(chunk.file)) return
    files.add(chunk.file)
    chunk.imports?.forEach(visit)
  }
  entries.forEach(visit)
  return files
}

/** @param {ReadonlySet<string>} files */
function gzipped(files) {
  return [...files]
    .filter((file) => file.endsWith('.js'))
    .map((file) => gzipSync(readFileSync(new URL(file, dist))).length)
    .reduce((sum, size) => sum + size, 0)
}

const kilobytes = (/** @type {number} */ size) => `${(size / 1024).toFixed(1)} KB`

const shell = filesOf(keys.filter((key) => manifest[key]?.isEntry))
const readPage = new Set([...shell, ...filesOf([PAGE], shell)])
const pages = keys
  .filter((key) => manifest[key]?.isDynamicEntry)
  .map((key) => ({ key, bytes: gzipped(filesOf([key], shell)) }))
  .sort((a, b) => b.bytes - a.bytes)
const report = [
  `${kilobytes(gzipped(shell)).padStart(9)}  first load of any page`,
  ...pages.map(({ key, bytes }) => `${kilobytes(bytes).padStart(9)}  more for ${key}`),
]
writeFileSync(new URL('.vite/report.txt', dist), `${report.join('\n')}\n`)
if (process.argv.includes('--report')) console.log(report.join('\n'))

const bytes = gzipped(readPage)
console.log(
  `read page, first load: ${kilobytes(bytes)} of JavaScript (gzip, ${readPage.size} files; budget ${kilobytes(BUDGET_BYTES)}); each page: dist/.vite/report.txt`,
)
if (bytes > BUDGET_BYTES) {
  console.error('This is over the budget. Load what few need when it is needed: `import()`.')
  process.exitCode = 1
}
