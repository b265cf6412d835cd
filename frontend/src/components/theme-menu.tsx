import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'

const choices = [
  { scheme: 'light', label: msg`Light`, icon: IconSun },
  { scheme: 'dark', label: msg`Dark`, icon: IconMoon },
  { scheme: 'auto', label: msg`Like the system`, icon: IconDeviceDesktop },
] as const satisfies readonly {
  scheme: MantineColorScheme
  label: MessageDescriptor
  icon: unknown
}[]

export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const chosen = choices.find(({ scheme }) => scheme === colorScheme) ?? choices[2]

  return (
    <Menu position="bottom-end" radius="md" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl" aria-label={t`Theme`}>
          <chosen.icon size={20} color="var(--ink-soft)" aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
        >
          {choices.map(({ scheme, label, icon: ChoiceIcon }) => (
            <Menu.RadioItem
              key={scheme}
              value={scheme}
              closeMenuOnClick
              rightSection={<ChoiceIcon size={18} aria-hidden />}
            >
              {t(label)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
