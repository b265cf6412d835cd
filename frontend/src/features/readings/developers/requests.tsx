import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Anchor, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Reading } from '@/api/types'
import { SnippetTabs } from '@/components/snippet-tabs'
import { readingJson } from '@/features/readings/developers/reading-json'
import classes from '@/features/readings/developers/requests.module.css'
import { readSnippets } from '@/lib/request-snippets'

const KEY_PLACEHOLDER = 'YOUR_API_KEY'

/** What the service answered, and how a program asks for it. */
export function Requests({ reading }: { reading: Reading }) {
  const [stages, setStages] = useState(false)
  const { file_name: fileName, symbols, pattern } = reading
  const server = window.location.origin
  const snippets = [
    { name: 'json', label: 'JSON', text: readingJson(reading) },
    ...readSnippets({ server, key: KEY_PLACEHOLDER, fileName, symbols, pattern, stages }),
  ]
  return (
    <div className={classes.requests}>
      <p className={classes.words}>
        <Trans>
          The answer as JSON, and the request that makes it. Put a key of yours in the place of{' '}
          <code>{KEY_PLACEHOLDER}</code>:{' '}
          <Anchor component={Link} to="/account/keys" underline="always">
            make an API key
          </Anchor>
          . A request is read and counted anew.
        </Trans>
      </p>
      <Checkbox
        label={t`Ask for what the model saw as well`}
        checked={stages}
        onChange={(event) => setStages(event.currentTarget.checked)}
      />
      <SnippetTabs snippets={snippets} label={t`The reading for programs`} />
    </div>
  )
}
