import { t } from '@lingui/core/macro'
import { Button } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Notice } from '@/components/notice'
import classes from '@/features/accounts/profile/setting.module.css'

interface SettingProps {
  title: string
  /** How it is now. */
  value: ReactNode
  /** A button at the side. */
  action?: ReactNode
  /** What stands below, over the whole width. */
  children?: ReactNode
}

/** One line of an account page: what it is, how it is, and a way to change it. */
export function Setting({ title, value, action, children }: SettingProps) {
  return (
    <div className={classes.setting}>
      <div className={classes.line}>
        <div className={classes.words}>
          <h3>{title}</h3>
          <div className={classes.value}>{value}</div>
        </div>
        {action}
      </div>
      {children}
    </div>
  )
}

interface EditableSettingProps extends Omit<SettingProps, 'action'> {
  /** What the button does, as screen readers say it; opened and not. */
  change: string
  keep: string
  /** `finish` closes the form and says what was done. */
  form: (finish: (done: string) => void) => ReactNode
}

/** A setting whose form opens below it. The focus comes back to the button when it closes. */
export function EditableSetting({
  change,
  keep,
  form,
  children,
  ...setting
}: EditableSettingProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [done, setDone] = useState('')
  const toggle = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    if (done !== '') toggle.current?.focus()
  }, [done])

  function finish(words: string) {
    setIsOpen(false)
    setDone(words)
  }

  return (
    <Setting
      {...setting}
      action={
        <Button
          ref={toggle}
          variant="default"
          size="compact-md"
          aria-expanded={isOpen}
          aria-label={isOpen ? keep : change}
          onClick={() => {
            setIsOpen(!isOpen)
            setDone('')
          }}
        >
          {isOpen ? t`Cancel` : t`Change`}
        </Button>
      }
    >
      {done !== '' && <Notice kind="info">{done}</Notice>}
      {isOpen ? <div className={classes.form}>{form(finish)}</div> : children}
    </Setting>
  )
}

/** For the first field of a form that has just been opened by its button. */
export function focusOnMount(field: HTMLInputElement | null) {
  field?.focus()
}
