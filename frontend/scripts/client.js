/**
 * Writes src/api/schema.d.ts from the service's OpenAPI document, or with --check tells whether it is stale.
 *
 *   npm run client                    asks ../.venv/bin/legible for the document
 *   npm run client -- openapi.json    reads it from a file
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const target = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))
const command = fileURLToPath(new URL('../../.venv/bin/legible', import.meta.url))

const args = process.argv.slice(2)
const check = args.includes('--check')
const file = args.find((argument) => !argument.startsWith('--'))

const document = file
  ? readFileSync(file, 'utf8')
  : execFileSync(command, ['openapi'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
const wanted = COMMENT_HEADER + astToString(await openapiTS(document))

if (!check) {
  writeFileSync(target, wanted)
  console.log('src/api/schema.d.ts is written')
} else if (readFileSync(target, 'utf8') !== wanted) {
  console.error('src/api/schema.d.ts is stale: run `npm run client` and commit the result')
  process.exitCode = 1
} else {
  console.log('src/api/schema.d.ts matches the service')
}
