import { t } from '@lingui/core/macro'
import { Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { fieldErrorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import { renameMutation } from '@/features/accounts/profile/queries'
import { EditableSetting, focusOnMount } from '@/features/accounts/profile/setting'
import { textField } from '@/features/accounts/text-field'

export function NameSetting({ name }: { name: string }) {
  return (
    <EditableSetting
      title={t`Name`}
      change={t`Change your name`}
      keep={t`Cancel: your name stays as it is`}
      value={name}
      form={(finish) => <NameForm name={name} onDone={() => finish(t`Your name is changed.`)} />}
    />
  )
}

function NameForm({ name, onDone }: { name: string; onDone: () => void }) {
  const rename = useMutation(renameMutation)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const entered = textField(new FormData(event.currentTarget), 'name').trim()
        rename.mutate(entered, { onSuccess: onDone })
      }}
    >
      <Stack gap="md">
        {rename.isError && <Notice kind="error">{accountErrorText(rename.error)}</Notice>}
        <TextInput
          ref={focusOnMount}
          label={t`Your name`}
          name="name"
          autoComplete="name"
          maxLength={100}
          required
          withAsterisk={false}
          defaultValue={name}
          error={fieldErrorText(rename.error, 'name')}
        />
        <Button type="submit" loading={rename.isPending} w="fit-content">
          {t`Save the name`}
        </Button>
      </Stack>
    </form>
  )
}
