import { IconHistory, IconUsers } from '@tabler/icons-react'
import { SectionFrame } from '@/components/section-frame'

const sections = [
  { to: '/admin', label: 'Accounts', icon: IconUsers, end: true },
  { to: '/admin/audit', label: 'Audit log', icon: IconHistory },
]

export function AdminFrame() {
  return <SectionFrame label="Admin" sections={sections} />
}
