import { msg, t } from '@lingui/core/macro'
import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import classes from '@/features/readings/history/filter-bar.module.css'

interface FilterBarProps {
  search: URLSearchParams
  onChange: (field: string, value: string) => void
  onClear: () => void
}

const statuses = [
  { value: '', label: msg`All` },
  { value: 'review', label: msg`Check it` },
  { value: 'unreadable', label: msg`Not readable` },
  { value: 'checked', label: msg`Checked` },
  { value: 'read', label: msg({ message: 'Read', context: 'status of a reading' }) },
  { value: 'blank', label: msg`Nothing written` },
]

export function FilterBar({ search, onChange, onClear }: FilterBarProps) {
  const field = (name: string) => search.get(name) ?? ''
  const [text, setText] = useState(field('text'))
  const changeText = useDebouncedCallback((value: string) => onChange('text', value), 250)
  const isFiltered = ['text', 'status', 'from', 'to'].some((name) => field(name) !== '')

  return (
    <search className={classes.bar}>
      <TextInput
        label={t`Text contains`}
        className={classes.text}
        leftSection={<IconSearch size={18} aria-hidden />}
        inputMode="numeric"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          changeText(event.currentTarget.value)
        }}
      />
      <Select
        label={t`Status`}
        size="md"
        className={classes.status}
        data={statuses.map((each) => ({ ...each, label: t(each.label) }))}
        value={field('status')}
        allowDeselect={false}
        onChange={(value) => onChange('status', value ?? '')}
      />
      <TextInput
        label={t`From (UTC)`}
        type="date"
        value={field('from')}
        max={field('to') || undefined}
        onChange={(event) => onChange('from', event.currentTarget.value)}
      />
      <TextInput
        label={t`To (UTC)`}
        type="date"
        value={field('to')}
        min={field('from') || undefined}
        onChange={(event) => onChange('to', event.currentTarget.value)}
      />
      {isFiltered && (
        <Button
          variant="subtle"
          onClick={() => {
            setText('')
            onClear()
          }}
        >
          {t`Clear`}
        </Button>
      )}
    </search>
  )
}
