import { t } from '@lingui/core/macro'
import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuditFilter } from '@/features/admin/audit-filter'
import { actionNames } from '@/features/admin/audit-words'
import classes from '@/features/admin/pages.module.css'
import { suggestionsQuery, userQuery } from '@/features/admin/queries'

interface AuditFiltersProps {
  filter: AuditFilter
  onChange: (field: keyof AuditFilter, value: string | null) => void
  onClear: () => void
}

function kinds() {
  const actions = Object.entries(actionNames)
  return [
    { value: '', label: t`All` },
    ...actions.map(([value, name]) => ({ value, label: t(name) })),
  ]
}

export function AuditFilters({ filter, onChange, onClear }: AuditFiltersProps) {
  return (
    <search className={classes.filters}>
      <PersonSelect
        person={filter.person ?? null}
        onChange={(person) => onChange('person', person)}
      />
      <Select
        label={t`What happened`}
        size="md"
        className={classes.wide}
        data={kinds()}
        value={filter.action ?? ''}
        allowDeselect={false}
        maxDropdownHeight={320}
        onChange={(value) => onChange('action', value)}
      />
      <TextInput
        label={t`From (UTC)`}
        type="date"
        value={filter.from ?? ''}
        max={filter.to}
        onChange={(event) => onChange('from', event.currentTarget.value)}
      />
      <TextInput
        label={t`To (UTC)`}
        type="date"
        value={filter.to ?? ''}
        min={filter.from}
        onChange={(event) => onChange('to', event.currentTarget.value)}
      />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" className={classes.wide} onClick={onClear}>
          {t`Clear`}
        </Button>
      )}
    </search>
  )
}

interface PersonSelectProps {
  person: string | null
  onChange: (person: string | null) => void
}

/** Looks for people on the service while a part of a name or an address is typed. */
function PersonSelect({ person, onChange }: PersonSelectProps) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 250)
  const known = useQuery({ ...userQuery(person ?? ''), enabled: person !== null })
  const chosen = person === null ? undefined : (known.data?.email ?? `…${person.slice(-6)}`)
  // What was chosen stands in the field, and is nothing to search for.
  const found = useQuery(suggestionsQuery(search === chosen ? '' : search))
  const data = new Map(found.data?.map(({ id, email }) => [id, email]))
  if (person !== null && chosen !== undefined) data.set(person, chosen)

  return (
    <Select
      label={t`Person`}
      placeholder={t`Everybody`}
      size="md"
      className={classes.wide}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t`Show everybody` }}
      nothingFoundMessage={t`No account matches.`}
      data={[...data].map(([value, label]) => ({ value, label }))}
      // The service has searched already, in names too.
      filter={({ options }) => options}
      value={person}
      onChange={onChange}
      onSearchChange={setText}
    />
  )
}
