import { t } from '@lingui/core/macro'
import { NativeSelect } from '@mantine/core'
import { Setting } from '@/features/accounts/profile/setting'
import { chooseLanguage, languages, useLanguageChoice, type LanguageChoice } from '@/lib/language'

/** What the menu at the top does too: it is kept in this browser, not with the account. */
export function LanguageSetting() {
  const chosen = useLanguageChoice()
  return (
    <Setting
      title={t`Language`}
      value={t`Of the pages in this browser.`}
      action={
        <NativeSelect
          aria-label={t`Language of the pages`}
          value={chosen}
          onChange={(event) => void chooseLanguage(event.currentTarget.value as LanguageChoice)}
          data={[
            ...Object.entries(languages).map(([value, label]) => ({ value, label })),
            { value: 'auto', label: t`Like the browser` },
          ]}
        />
      }
    />
  )
}
