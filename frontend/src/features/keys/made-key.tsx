import { Button, Group, Stack, Tabs } from '@mantine/core'
import type { MadeApiKey } from '@/api/types'
import { CopyButton } from '@/components/copy-button'
import { Notice } from '@/components/notice'
import classes from '@/features/keys/made-key.module.css'
import { snippetsFor } from '@/features/keys/snippets'

export function MadeKey({ made, onDone }: { made: MadeApiKey; onDone: () => void }) {
  const snippets = snippetsFor(window.location.origin, made.key, made.scopes)
  return (
    <Stack gap="lg">
      <Notice kind="info">
        This is the only time that <strong>{made.name}</strong> is shown. Keep it where you keep
        passwords; if it gets lost, revoke it and make another.
      </Notice>
      <div className={classes.key}>
        <code aria-label="The key">{made.key}</code>
        <CopyButton text={made.key} label="Copy the key" size="md" data-autofocus />
      </div>
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List aria-label="Try it">
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
            <pre tabIndex={0} aria-label={`Example: ${label}`}>
              {text}
            </pre>
            <CopyButton
              text={text}
              label={`Copy the example: ${label}`}
              variant="default"
              size="compact-md"
              className={classes.copy}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          I have kept it
        </Button>
      </Group>
    </Stack>
  )
}
