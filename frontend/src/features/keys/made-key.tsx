import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Group, Stack } from '@mantine/core'
import type { MadeApiKey } from '@/api/types'
import { CopyButton } from '@/components/copy-button'
import { Notice } from '@/components/notice'
import { SnippetTabs } from '@/components/snippet-tabs'
import classes from '@/features/keys/made-key.module.css'
import { snippetsFor } from '@/features/keys/snippets'

export function MadeKey({ made, onDone }: { made: MadeApiKey; onDone: () => void }) {
  const snippets = snippetsFor(window.location.origin, made.key, made.scopes)
  return (
    <Stack gap="lg">
      <Notice kind="info">
        <Trans>
          This is the only time that <strong>{made.name}</strong> is shown. Keep it where you keep
          passwords; if it gets lost, revoke it and make another.
        </Trans>
      </Notice>
      <div className={classes.key}>
        <code aria-label={t`The key`}>{made.key}</code>
        <CopyButton text={made.key} label={t`Copy the key`} size="md" data-autofocus />
      </div>
      <SnippetTabs snippets={snippets} label={t`Try it`} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t`I have kept it`}
        </Button>
      </Group>
    </Stack>
  )
}
