/** Runs the real service on a fresh database and the built page, until it is told to stop. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../.venv/bin/legible', import.meta.url))
const page = fileURLToPath(new URL('../dist', import.meta.url))
for (const [path, remedy] of [
  [command, 'make setup'],
  [join(page, 'index.html'), 'npm run build'],
]) {
  if (path && !existsSync(path)) {
    console.error(`${path} is missing: run \`${remedy}\` first`)
    process.exit(1)
  }
}

const folder = process.env.E2E_VAR ?? mkdtempSync(join(tmpdir(), 'legible-e2e-'))
const service = spawn(command, ['serve', '--port', process.env.E2E_PORT ?? '8000'], {
  cwd: folder,
  stdio: ['ignore', 'inherit', 'pipe'],
  env: {
    ...process.env,
    LEGIBLE_VAR_DIR: folder,
    LEGIBLE_SPA_DIR: page,
    // Each test makes an account of its own, all from this one address.
    LEGIBLE_ATTEMPTS_PER_ADDRESS: '1000',
    LEGIBLE_ADDRESS_REQUESTS_PER_MINUTE: '10000',
    LEGIBLE_TRY_READINGS_PER_HOUR: '1000',
    LEGIBLE_TRY_READINGS_PER_MINUTE: '1000',
  },
})
// A line for each request would bury the tests' own; what goes wrong is still shown.
service.stderr.on('data', (/** @type {Buffer} */ lines) => {
  process.stderr.write(lines.toString().replace(/^.*\[info *\].*\n/gm, ''))
})
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
  process.on(signal, () => service.kill(signal))
}
service.on('exit', (code) => {
  // Set by a test that starts it a second time.
  if (!process.env.E2E_KEEP) rmSync(folder, { recursive: true, force: true })
  process.exit(code ?? 0)
})
