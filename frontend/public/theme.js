// Runs before the first paint, so that a dark page never flashes white. A file of its own: no inline script.
try {
  const kept = localStorage.getItem('legible-theme')
  const scheme =
    kept === 'light' || kept === 'dark'
      ? kept
      : matchMedia('(prefers-color-scheme: dark)').matches
        ? 'dark'
        : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
} catch {
  document.documentElement.setAttribute('data-mantine-color-scheme', 'light')
}
