import { msg, t } from '@lingui/core/macro'
import { IconChartBar, IconKey, IconUser } from '@tabler/icons-react'
import { SectionFrame } from '@/components/section-frame'

const sections = [
  { to: '/account', label: msg`Profile`, icon: IconUser, end: true },
  { to: '/account/keys', label: msg`API keys`, icon: IconKey },
  { to: '/account/usage', label: msg`Usage`, icon: IconChartBar },
]

export function AccountFrame() {
  return (
    <SectionFrame
      label={t`Account`}
      sections={sections.map((each) => ({ ...each, label: t(each.label) }))}
    />
  )
}
