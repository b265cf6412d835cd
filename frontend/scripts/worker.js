/** Bundles the service worker into dist/sw.js, with the list of the files that the build before it has made. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
// What the page asks for by itself. Icons and the manifest are the system's, when the app is installed.
const WANTED = /^(index\.html|theme\.js|favicon\.svg|assets\/.+\.(js|css|woff2|svg|png|webp))$/

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => WANTED.test(file))
  .sort()
const shell = files.map((file) => ({
  url: `/${file}`,
  // Names in assets/ hold a hash of their content; null says that it is not needed a second time.
  revision: file.startsWith('assets/') ? null : hash(join(dist, file)),
}))

await build({
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  define: { __SHELL__: JSON.stringify(shell) },
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: 'es2022',
    rolldownOptions: {
      input: fileURLToPath(new URL('../src/worker/sw.ts', import.meta.url)),
      output: { format: 'iife', entryFileNames: 'sw.js' },
    },
  },
})

/** @param {string} path */
function hash(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)
}
