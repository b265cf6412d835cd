import { t } from '@lingui/core/macro'
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
          label={t`Name`}
          name="name"
          description={t`What will use it, so that you know it again.`}
          placeholder={t`Post room scanner`}
          maxLength={100}
          required
          withAsterisk={false}
          autoComplete="off"
          error={nameError}
          data-autofocus
        />
        <Checkbox.Group
          label={t`What it may do`}
          size="md"
          value={scopes}
          error={hasNoScope && t`Choose at least one.`}
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
                label={t(scopeWords[scope].label)}
                description={t(scopeWords[scope].description)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Stack gap="xs">
          <Select
            label={t`Expires`}
            size="md"
            data={expiryChoices.map((each) => ({ ...each, label: t(each.label) }))}
            value={choice}
            allowDeselect={false}
            description={
              choice === 'never'
                ? t`Good until you revoke it. A key that is lost is then good for whoever finds it.`
                : end
                  ? t`Good until ${formatDay(end)}.`
                  : t`Choose its last day.`
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            onChange={(value) => setChoice(value ?? '90')}
          />
          {choice === 'day' && (
            <TextInput
              label={t`Last day`}
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
            {t`Cancel`}
          </Button>
          <Button type="submit" loading={isRunning}>
            {t`Make the key`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
