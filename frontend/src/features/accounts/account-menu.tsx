import { t } from '@lingui/core/macro'
import { Avatar, Button, Popover, Text, UnstyledButton } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import type { User } from '@/api/types'
import { LinkButton } from '@/components/link-button'
import { logOut } from '@/features/accounts/queries'

export function AccountMenu({ user }: { user: User }) {
  return (
    <Popover position="bottom-end" radius="md" width={250} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton aria-label={t`Account of ${user.name}`} style={{ borderRadius: 999 }}>
          <Avatar name={user.name} color="ink" variant="light" radius="xl" size={38} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t`Your account`}>
        <Text fw={620} style={{ overflowWrap: 'anywhere' }}>
          {user.name}
        </Text>
        <Text c="dimmed" size="sm" mb="md" style={{ overflowWrap: 'anywhere' }}>
          {user.email}
        </Text>
        <LinkButton to="/account" variant="light" fullWidth mb="xs">
          {t`Your account`}
        </LinkButton>
        {user.role === 'admin' && (
          <LinkButton to="/admin" variant="default" fullWidth mb="xs">
            {t`Admin`}
          </LinkButton>
        )}
        <LinkButton to="/models" variant="default" fullWidth mb="xs">
          {t`Models`}
        </LinkButton>
        <Button
          variant="default"
          fullWidth
          leftSection={<IconLogout size={18} aria-hidden />}
          onClick={logOut}
        >
          {t`Log out`}
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
