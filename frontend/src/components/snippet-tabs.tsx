import { t } from '@lingui/core/macro'
import { Tabs } from '@mantine/core'
import { CopyButton } from '@/components/copy-button'
import classes from '@/components/snippet-tabs.module.css'
import type { Snippet } from '@/lib/request-snippets'

interface SnippetTabsProps {
  snippets: readonly Snippet[]
  /** What the tabs are, for screen readers. */
  label: string
}

/** Code to be copied, in one of several languages. */
export function SnippetTabs({ snippets, label }: SnippetTabsProps) {
  return (
    <Tabs defaultValue={snippets[0]?.name ?? null} keepMounted={false}>
      <Tabs.List aria-label={label} className={classes.list}>
        {snippets.map(({ name, label }) => (
          <Tabs.Tab key={name} value={name}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ name, label, text }) => (
        <Tabs.Panel key={name} value={name} className={classes.snippet}>
          {/* Long lines are scrolled sideways, also by keyboard. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre tabIndex={0} aria-label={t`Example: ${label}`}>
            {text}
          </pre>
          <CopyButton
            text={text}
            label={t`Copy the example: ${label}`}
            variant="default"
            size="compact-md"
            className={classes.copy}
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
