import { IconChartBar, IconKey, IconUser } from '@tabler/icons-react'
import { SectionFrame } from '@/components/section-frame'

const sections = [
  { to: '/account', label: 'Profile', icon: IconUser, end: true },
  { to: '/account/keys', label: 'API keys', icon: IconKey },
  { to: '/account/usage', label: 'Usage', icon: IconChartBar },
]

export function AccountFrame() {
  return <SectionFrame label="Account" sections={sections} />
}
