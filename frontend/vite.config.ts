import { fileURLToPath } from 'node:url'
import { lingui } from '@lingui/vite-plugin'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import babel from 'vite-plugin-babel'
import { defineConfig } from 'vitest/config'

const service = process.env.LEGIBLE_SERVICE ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [
    macros(/\/src\/.*\.ts$/, ['typescript']),
    macros(/\/src\/.*\.tsx$/, ['typescript', 'jsx']),
    lingui({ failOnMissing: true, failOnCompileError: true }),
    react(),
    preloadFont(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', proxy: { '/api': service, '/readyz': service } },
  build: { manifest: true, target: 'es2022' },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    // Loading all anew for each file takes longer than the tests do; setup.ts clears what they leave.
    isolate: false,
    restoreMocks: true,
    testTimeout: 40_000,
  },
})

/** The macros that mark words for translation; all else of TypeScript and JSX is Vite's own. */
function macros(include: RegExp, plugins: ('typescript' | 'jsx')[]) {
  return babel({
    include,
    exclude: /node_modules/,
    babelConfig: {
      configFile: false,
      plugins: ['@lingui/babel-plugin-lingui-macro'],
      parserOpts: { plugins },
      sourceMaps: true,
    },
  })
}

/** Has the browser fetch the font of Latin text at once: coming after the words, it would move them. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => /hyperlegible-next-latin-wght.*\.woff2$/.test(name))
          .map((name) => ({
            tag: 'link',
            injectTo: 'head' as const,
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              crossorigin: true,
              href: `/${name}`,
            },
          })),
    },
  }
}
