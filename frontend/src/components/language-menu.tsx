import { t } from '@lingui/core/macro'
import { ActionIcon, Menu } from '@mantine/core'
import { IconLanguage } from '@tabler/icons-react'
import {
  chooseLanguage,
  languages,
  useLanguageChoice,
  type Language,
  type LanguageChoice,
} from '@/lib/language'

export function LanguageMenu() {
  const chosen = useLanguageChoice()
  return (
    <Menu position="bottom-end" radius="md" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl" aria-label={t`Language`}>
          <IconLanguage size={20} color="var(--ink-soft)" aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={chosen}
          onChange={(choice) => void chooseLanguage(choice as LanguageChoice)}
        >
          {(Object.keys(languages) as Language[]).map((language) => (
            <Menu.RadioItem key={language} value={language} closeMenuOnClick lang={language}>
              {languages[language]}
            </Menu.RadioItem>
          ))}
          <Menu.RadioItem value="auto" closeMenuOnClick>
            {t`Like the browser`}
          </Menu.RadioItem>
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
