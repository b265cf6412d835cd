import { defineConfig } from '@lingui/cli'
import { formatter } from '@lingui/format-po'

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'de'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['src'],
      exclude: ['**/*.test.*', 'src/testing/**'],
    },
  ],
  // Without line numbers, so that a catalogue changes only where words do.
  format: formatter({ lineNumbers: false }),
  compileNamespace: 'es',
})
