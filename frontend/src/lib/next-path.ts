/** Where to go after logging in: only ever a path of this site, whatever the address bar says. */
export function nextPath(search: string, otherwise = '/read'): string {
  const next = new URLSearchParams(search).get('next')
  const isOwnPath = next !== null && /^\/(?![/\\])/.test(next)
  return isOwnPath ? next : otherwise
}
