/** Hands a blob to the browser as a download. */
export function saveFile(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Given back later: the browser reads the blob only after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
