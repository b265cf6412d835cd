import type { Scope } from '@/features/keys/words'
import { exampleRequest, readSnippets, type Snippet } from '@/lib/request-snippets'

/** Ready to be pasted: a picture is read, or with a key that may only read, the newest readings are listed. */
export function snippetsFor(server: string, key: string, scopes: readonly Scope[]): Snippet[] {
  const canSend = scopes.includes('write')
  const command = `# pip install 'legible[client]'
echo '${key}' | legible login --server ${server}
${canSend ? `legible read --server ${server} card.jpg` : 'legible export --out readings.csv'}`
  const requests = canSend
    ? readSnippets({ ...exampleRequest, server, key })
    : listSnippets(server, key)
  return [...requests, { name: 'command', label: 'Terminal', text: command }]
}

function listSnippets(server: string, key: string): Snippet[] {
  const curl = `curl '${server}/api/v1/readings?limit=10' \\
  -H 'Authorization: Bearer ${key}'`
  const python = `# pip install 'legible[client]'
from legible.client import Client

with Client("${server}", api_key="${key}") as service:
    for reading in service.list():
        print(reading.id, reading.text, reading.status)`
  return [
    { name: 'curl', label: 'curl', text: curl },
    { name: 'python', label: 'Python', text: python },
  ]
}
