import { msg, t } from '@lingui/core/macro'
import { IconHistory, IconSchool, IconTopologyStar3, IconUsers } from '@tabler/icons-react'
import { SectionFrame } from '@/components/section-frame'

const sections = [
  { to: '/admin', label: msg`Accounts`, icon: IconUsers, end: true },
  { to: '/admin/networks', label: msg`Networks`, icon: IconTopologyStar3 },
  { to: '/admin/corrections', label: msg`Corrections`, icon: IconSchool },
  { to: '/admin/audit', label: msg`Audit log`, icon: IconHistory },
]

export function AdminFrame() {
  return (
    <SectionFrame
      label={t`Admin`}
      sections={sections.map((each) => ({ ...each, label: t(each.label) }))}
    />
  )
}
