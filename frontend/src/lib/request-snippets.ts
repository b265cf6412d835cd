export interface Snippet {
  name: string
  label: string
  text: string
}

/** A request as it is made in a program: where, with which key, and what of. */
export interface ReadRequest {
  server: string
  key: string
  fileName: string
  symbols: 'digits' | 'number'
  pattern: string | null
  /** Whether what the model saw is asked for as well. */
  stages: boolean
}

export const exampleRequest: Omit<ReadRequest, 'server' | 'key'> = {
  fileName: 'card.jpg',
  symbols: 'digits',
  pattern: null,
  stages: false,
}

/** One word of a command, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A text as Python and JavaScript both write it. */
export function textLiteral(text: string): string {
  return JSON.stringify(text)
}

function url({ server, stages }: ReadRequest): string {
  return `${server}/api/v1/readings${stages ? '?detail=stages' : ''}`
}

function curl(request: ReadRequest): string {
  const { fileName, symbols, pattern, key } = request
  // curl itself takes `;` and `,` in a name for something else, unless it stands in quotes.
  const isPlain = /^[\w. -]+$/.test(fileName)
  const path = isPlain ? fileName : `"${fileName.replace(/["\\]/g, '\\$&')}"`
  const parts = [
    `curl ${shellWord(url(request))}`,
    `-H 'Authorization: Bearer ${key}'`,
    `-F ${shellWord(`file=@${path}`)}`,
  ]
  if (symbols !== 'digits') parts.push(`-F symbols=${symbols}`)
  if (pattern !== null) parts.push(`--form-string ${shellWord(`pattern=${pattern}`)}`)
  return parts.join(' \\\n  ')
}

function python({ server, key, fileName, symbols, pattern, stages }: ReadRequest): string {
  const given = [textLiteral(fileName)]
  if (symbols !== 'digits') given.push(`symbols=${textLiteral(symbols)}`)
  if (pattern !== null) given.push(`pattern=${textLiteral(pattern)}`)
  if (stages) given.push('stages=True')
  return `# pip install 'legible[client]'
from legible.client import Client

with Client(${textLiteral(server)}, api_key=${textLiteral(key)}) as service:
    reading = service.read(${given.join(', ')})
    print(reading.text, reading.status, reading.confidence)`
}

function javascript(request: ReadRequest): string {
  const { key, fileName, symbols, pattern } = request
  const fields = [
    `form.append("file", await openAsBlob(${textLiteral(fileName)}), ${textLiteral(fileName)})`,
  ]
  if (symbols !== 'digits') fields.push(`form.append("symbols", ${textLiteral(symbols)})`)
  if (pattern !== null) fields.push(`form.append("pattern", ${textLiteral(pattern)})`)
  return `// Node.js 20 or later, as read.mjs
import { openAsBlob } from "node:fs"

const form = new FormData()
${fields.join('\n')}
const response = await fetch(${textLiteral(url(request))}, {
  method: "POST",
  headers: { Authorization: ${textLiteral(`Bearer ${key}`)} },
  body: form,
})
const reading = await response.json()
if (!response.ok) throw new Error(reading.detail)
console.log(reading.text, reading.status, reading.confidence)`
}

/** How a picture is read by a program. */
export function readSnippets(request: ReadRequest): Snippet[] {
  return [
    { name: 'curl', label: 'curl', text: curl(request) },
    { name: 'python', label: 'Python', text: python(request) },
    { name: 'javascript', label: 'JavaScript', text: javascript(request) },
  ]
}
