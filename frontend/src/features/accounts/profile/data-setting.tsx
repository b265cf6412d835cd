import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Notice } from '@/components/notice'
import { accountErrorText } from '@/features/accounts/account-error'
import { Setting } from '@/features/accounts/profile/setting'
import { useMyData } from '@/features/accounts/profile/use-my-data'
import { formatFileSize } from '@/lib/format'

export function DataSetting() {
  const data = useMyData()
  return (
    <Setting
      title={t`Take your data with you`}
      value={t`One zip file with your pictures, readings, corrections, usage and all that is kept of your account.`}
      action={
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconDownload size={17} aria-hidden />}
          disabled={data.isPending}
          onClick={() => data.mutate()}
        >
          {t`Download`}
        </Button>
      }
    >
      {data.isPending && (
        <Notice
          kind="info"
          action={
            <Button size="compact-md" variant="default" onClick={data.cancel}>
              {t`Cancel`}
            </Button>
          }
        >
          {data.bytes > 0
            ? t`Packing your data … ${formatFileSize(data.bytes)} so far`
            : t`Packing your data … this can take a while`}
        </Notice>
      )}
      {data.isError && (
        <Notice kind="error">
          {t`Your data has not come whole.`} {accountErrorText(data.error)}
        </Notice>
      )}
      {data.isSuccess && (
        <Notice kind="info">
          <Trans>Your data is saved to your downloads ({formatFileSize(data.bytes)}).</Trans>
        </Notice>
      )}
    </Setting>
  )
}
