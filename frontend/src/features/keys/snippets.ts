import type { Scope } from '@/features/keys/words'

export interface Snippet {
  name: string
  label: string
  text: string
}

/** Ready to be pasted: a picture is read, or with a key that may only read, the newest readings are listed. */
export function snippetsFor(server: string, key: string, scopes: readonly Scope[]): Snippet[] {
  const canSend = scopes.includes('write')
  const curl = canSend
    ? `curl ${server}/api/v1/readings \\
  -H 'Authorization: Bearer ${key}' \\
  -F file=@card.jpg`
    : `curl '${server}/api/v1/readings?limit=10' \\
  -H 'Authorization: Bearer ${key}'`
  const python = `# pip install 'legible[client]'
from legible.client import Client

with Client("${server}", api_key="${key}") as service:
${
  canSend
    ? `    reading = service.read("card.jpg")
    print(reading.text, reading.status, reading.confidence)`
    : `    for reading in service.list():
        print(reading.id, reading.text, reading.status)`
}`
  const command = `# pip install 'legible[client]'
echo '${key}' | legible login --server ${server}
${canSend ? `legible read --server ${server} card.jpg` : 'legible export --out readings.csv'}`
  return [
    { name: 'curl', label: 'curl', text: curl },
    { name: 'python', label: 'Python', text: python },
    { name: 'command', label: 'Terminal', text: command },
  ]
}
