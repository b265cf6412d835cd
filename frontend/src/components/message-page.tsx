import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { HandDigit } from '@/components/hand-digit'
import classes from '@/components/message-page.module.css'

interface MessagePageProps {
  title: string
  children: ReactNode
  /** Digits drawn above the title. */
  digits?: readonly number[]
  action?: ReactNode
}

/** A page, or a part of one, that has only something to say: not found, empty, failed. */
export function MessagePage({ title, children, digits, action }: MessagePageProps) {
  return (
    <div className={classes.page}>
      {digits && (
        <svg viewBox={`0 0 ${digits.length * 62} 84`} className={classes.drawing} aria-hidden>
          {digits.map((digit, index) => (
            <HandDigit key={index} digit={digit} x={index * 62 + 2} y={2} />
          ))}
        </svg>
      )}
      <Title order={1} size="h2">
        {title}
      </Title>
      <div className={classes.words}>{children}</div>
      {action && <div className={classes.action}>{action}</div>}
    </div>
  )
}
