import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { errorText } from '@/api/error-text'
import { Notice } from '@/components/notice'
import type { HistoryFilter } from '@/features/readings/history/filter'
import { useExport, type ExportFormat } from '@/features/readings/history/queries'
import { formatFileSize } from '@/lib/format'

const formats: { format: ExportFormat; label: string }[] = [
  { format: 'csv', label: 'CSV' },
  { format: 'xlsx', label: 'Excel (XLSX)' },
  { format: 'jsonl', label: 'JSON Lines' },
]

/** The button alone; what it leads to is shown where the page has room for it. */
export function ExportMenu({
  filter,
  isFiltered,
  onExport,
}: {
  filter: HistoryFilter
  isFiltered: boolean
  onExport: ReturnType<typeof useExport>['mutate']
}) {
  return (
    <Menu position="bottom-end" radius="md" width={230}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={18} aria-hidden />}>
          {t`Export`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {isFiltered && (
          <>
            <Menu.Label>{t`What is shown`}</Menu.Label>
            {formats.map(({ format, label }) => (
              <Menu.Item key={format} onClick={() => onExport({ format, filter })}>
                <Trans>{label}, as filtered</Trans>
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Label>{t`All readings`}</Menu.Label>
        {formats.map(({ format, label }) => (
          <Menu.Item key={format} onClick={() => onExport({ format, filter: {} })}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function ExportState({ running }: { running: ReturnType<typeof useExport> }) {
  if (running.isPending) {
    return (
      <Notice
        kind="info"
        action={
          <Button size="compact-md" variant="default" onClick={running.cancel}>
            {t`Cancel`}
          </Button>
        }
      >
        {running.bytes > 0
          ? t`Exporting … ${formatFileSize(running.bytes)} so far`
          : t`Exporting … gathering the readings`}
      </Notice>
    )
  }
  if (running.isError) return <Notice kind="error">{errorText(running.error)}</Notice>
  if (running.isSuccess) {
    return (
      <Notice kind="info">
        <Trans>The export is saved to your downloads ({formatFileSize(running.bytes)}).</Trans>
      </Notice>
    )
  }
  return null
}
