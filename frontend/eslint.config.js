import js from '@eslint/js'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import jsxA11y from 'eslint-plugin-jsx-a11y'
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
      'import-x/no-cycle': 'error',
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
  { files: ['public/**'], languageOptions: { globals: globals.browser } },
  {
    files: ['scripts/**', '*.js', '*.ts', 'e2e/**', 'bench/**'],
    languageOptions: { globals: globals.node },
  },
  { files: ['*.js', '*.ts', 'bench/*.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
)
