import { Title, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'
import classes from '@/features/readings/stages-panel.module.css'

/** A part of a page that is only made when somebody opens it. */
export function Disclosure({ title, children }: { title: string; children: () => ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.panel}>
      <Title order={2} size="h4" id={id}>
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {title}
          <IconChevronDown size={20} aria-hidden className={classes.chevron} />
        </UnstyledButton>
      </Title>
      {isOpen && <div className={classes.content}>{children()}</div>}
    </section>
  )
}
