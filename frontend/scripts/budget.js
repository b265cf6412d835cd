/** Fails when the JavaScript of the first load of the read page is over its budget (gzip). */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_BYTES = 250 * 1024
const PAGE = 'src/features/readings/read-page.tsx'

/** @typedef {{ file: string, isEntry?: boolean, imports?: string[] }} Chunk */

const dist = new URL('../dist/', import.meta.url)
/** @type {unknown} */
const parsed = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const manifest = /** @type {Record<string, Chunk>} */ (parsed)

/** @type {Set<string>} */
const files = new Set()

/** @param {string} key */
function visit(key) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the build: has the page moved?`)
  if (files.has(chunk.file)) return
  files.add(chunk.file)
  chunk.imports?.forEach(visit)
}

Object.keys(manifest)
  .filter((key) => manifest[key]?.isEntry)
  .forEach(visit)
visit(PAGE)

const scripts = [...files].filter((file) => file.endsWith('.js'))
const bytes = scripts
  .map((file) => gzipSync(readFileSync(new URL(file, dist))).length)
  .reduce((sum, size) => sum + size, 0)

const kilobytes = (/** @type {number} */ size) => `${(size / 1024).toFixed(1)} KB`
console.log(
  `read page, first load: ${kilobytes(bytes)} of JavaScript (gzip, ${scripts.length} files; budget ${kilobytes(BUDGET_BYTES)})`,
)
if (bytes > BUDGET_BYTES) process.exitCode = 1
