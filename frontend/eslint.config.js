import js from '@eslint/js'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import lingui from 'eslint-plugin-lingui'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import globals from 'globals'
import tseslint from 'typescript-eslint'

/** Imports point one way: app -> features -> components, api, lib. Features meet only in app. */
const features = ['accounts', 'admin', 'keys', 'networks', 'readings', 'usage']
const directions = [
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: './src/features',
    except: [`./${name}`],
  })),
  { target: './src/features', from: ['./src/app', './src/main.tsx'] },
  { target: './src/components', from: ['./src/app', './src/features', './src/api'] },
  { target: './src/api', from: ['./src/app', './src/features', './src/components'] },
  { target: './src/lib', from: ['./src/app', './src/features', './src/components', './src/api'] },
].map((zone) => ({ ...zone, message: 'Imports point app -> features -> components, api -> lib.' }))

/** Words are a capital, or a space between letters. What a machine reads is let through by where it stands. */
const unlocalized = {
  ignore: [
    // One word in small letters, or a path or the like; units, initials, codes.
    '^(?![A-Z])\\S*$',
    '^[A-Z0-9_.-]+$',
    // Lines of a drawing, sizes, keys by the names that events have, times, headers, media queries, selectors.
    '^M[\\d.,]',
    '^calc\\(',
    '^(Arrow\\w+|Enter|Esc|Escape|Tab|Mac)$',
    '^T[\\d:]+Z?$',
    '^(Authorization|Bearer)\\b',
    '^\\(m(ax|in)-width',
    '^(button|input), ',
    // Names, which are the same everywhere.
    '^\\s*(· )?(Legible|English|Deutsch|Excel \\(XLSX\\)|JSON Lines|ApiError)$',
  ],
  ignoreNames: [
    ...['className', 'style', 'd', 'viewBox', 'fill', 'stroke', 'transform', 'queryKey'],
    ...['fontFamily', 'fontFamilyMonospace', 'aria-keyshortcuts'],
  ],
  ignoreFunctions: ['*Error', 'client.*', 'Object.*'],
  useTsTypes: true,
}

export default defineConfig(
  globalIgnores(['dist', 'test-results', 'playwright-report', 'src/api/schema.d.ts']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  importX.flatConfigs.typescript,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      // No package imports ours, so no cycle passes through one; looking there took most of the time.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones: directions }],
      'max-lines': ['error', { max: 300 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [jsxA11y.flatConfigs.strict, reactHooks.configs.flat['recommended-latest']],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['**/*.test.{ts,tsx}', 'src/testing/**', '**/*snippets.ts'],
    extends: [lingui.configs['flat/recommended']],
    rules: {
      'lingui/no-unlocalized-strings': ['error', unlocalized],
      // What stands for a placeholder is told to translators in a comment.
      'lingui/no-expression-in-message': 'off',
    },
  },
  { files: ['public/**'], languageOptions: { globals: globals.browser } },
  {
    files: ['scripts/**', '*.js', '*.ts', 'e2e/**', 'bench/**'],
    languageOptions: { globals: globals.node },
  },
  { files: ['*.js', '*.ts', 'bench/*.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
)
