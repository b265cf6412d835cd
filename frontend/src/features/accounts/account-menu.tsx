import { Avatar, Menu, UnstyledButton } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { logOut } from '@/api/session'
import type { User } from '@/api/types'

export function AccountMenu({ user }: { user: User }) {
  return (
    <Menu position="bottom-end" radius="md" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${user.name}`} style={{ borderRadius: 999 }}>
          <Avatar name={user.name} color="ink" variant="light" radius="xl" size={38} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <strong>{user.name}</strong>
          <br />
          {user.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={logOut}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
