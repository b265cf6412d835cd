import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { errorText, fieldErrorText } from '@/api/error-text'
import type { NewApiKey } from '@/api/types'
import { Notice } from '@/components/notice'
import {
  expiryChoices,
  expiryOf,
  formatDay,
  scopeWords,
  tomorrow,
  type ExpiryChoice,
  type Scope,
} from '@/features/keys/words'

interface NewKeyFormProps {
  isRunning: boolean
  error: unknown
  onCancel: () => void
  onCreate: (key: NewApiKey) => void
}

const allScopes: readonly Scope[] = ['read', 'write']

export function NewKeyForm({ isRunning, error, onCancel, onCreate }: NewKeyFormProps) {
  const [scopes, setScopes] = useState<Scope[]>(['read', 'write'])
  const [choice, setChoice] = useState<ExpiryChoice>('90')
  const [day, setDay] = useState('')
  const [hasNoScope, setHasNoScope] = useState(false)
  const nameError = fieldErrorText(error, 'name')
  const dayError = fieldErrorText(error, 'expires_at')
  const end = expiryOf(choice, day)

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const name = new FormData(event.currentTarget).get('name')
        setHasNoScope(scopes.length === 0)
        if (scopes.length === 0 || typeof name !== 'string') return
        onCreate({ name, scopes, expires_at: expiryOf(choice, day)?.toISOString() ?? null })
      }}
    >
      <Stack gap="lg">
        {error !== null && nameError === undefined && dayError === undefined && (
          <Notice kind="error">{errorText(error)}</Notice>
        )}
        <TextInput
          label="Name"
          name="name"
          description="What will use it, so that you know it again."
          placeholder="Post room scanner"
          maxLength={100}
          required
          withAsterisk={false}
          autoComplete="off"
          error={nameError}
          data-autofocus
        />
        <Checkbox.Group
          label="What it may do"
          size="md"
          value={scopes}
          error={hasNoScope && 'Choose at least one.'}
          onChange={(chosen) => {
            setScopes(allScopes.filter((scope) => chosen.includes(scope)))
            setHasNoScope(false)
          }}
        >
          <Stack gap="sm" mt={8} mb={4}>
            {allScopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={scopeWords[scope].label}
                description={scopeWords[scope].description}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Stack gap="xs">
          <Select
            label="Expires"
            size="md"
            data={expiryChoices}
            value={choice}
            allowDeselect={false}
            description={
              choice === 'never'
                ? 'Good until you revoke it. A key that is lost is then good for whoever finds it.'
                : end
                  ? `Good until ${formatDay(end)}.`
                  : 'Choose its last day.'
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            onChange={(value) => setChoice(value ?? '90')}
          />
          {choice === 'day' && (
            <TextInput
              label="Last day"
              type="date"
              min={tomorrow()}
              max="9998-12-31"
              required
              withAsterisk={false}
              value={day}
              error={dayError}
              onChange={(event) => setDay(event.currentTarget.value)}
            />
          )}
        </Stack>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isRunning}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
