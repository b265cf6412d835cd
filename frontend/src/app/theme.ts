import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type VariantColorsResolver,
} from '@mantine/core'

/** The accent as tokens.css has it for each theme; other colours as Mantine would. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input)
  const isAccent = input.color === undefined || input.color === 'ink'
  if (isAccent && input.variant === 'filled') return { ...colors, color: 'var(--paper)' }
  if (isAccent && input.variant === 'light') {
    return {
      ...colors,
      background: 'var(--accent-soft)',
      hover: 'var(--accent-soft-hover)',
      color: 'var(--accent)',
    }
  }
  return colors
}

/** Ballpoint ink on warm paper by day, chalk on slate by night. Colours live in tokens.css. */
export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 3 },
  variantColorResolver: variantColors,
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  fontFamily: "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'Atkinson Hyperlegible Mono Variable', ui-monospace, monospace",
  headings: { fontWeight: '650' },
  colors: {
    dark: [
      '#eceae2',
      '#c9cad3',
      '#a7abbb',
      '#858aa0',
      '#3d435a',
      '#2e3344',
      '#191c27',
      '#11131b',
      '#0d0f16',
      '#090b10',
    ],
    ink: [
      '#eef1ff',
      '#dbe1fe',
      '#b9c4fb',
      '#9aa9f8',
      '#7286f2',
      '#5a6fec',
      '#4258dc',
      '#2f43c4',
      '#2737a0',
      '#222f80',
    ],
  },
  components: {
    Button: { defaultProps: { radius: 'xl' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Modal: {
      defaultProps: { centered: true, radius: 'lg', padding: 'lg' },
      styles: {
        content: { background: 'var(--sheet)' },
        header: { background: 'var(--sheet)' },
        title: { fontSize: '1.3rem', fontWeight: 650 },
      },
    },
  },
})

const shared = {
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-default-border': 'var(--rule)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--unreadable)',
  '--mantine-color-placeholder': 'var(--ink-soft)',
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: {
    ...shared,
    '--mantine-color-default': 'var(--sheet)',
    '--mantine-color-default-hover': 'var(--sheet-raised)',
    '--mantine-color-disabled': 'var(--sheet-raised)',
  },
})
