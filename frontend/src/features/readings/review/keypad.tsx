import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Button } from '@mantine/core'
import {
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconPlayerSkipForward,
  IconQuestionMark,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Symbols } from '@/api/types'
import classes from '@/features/readings/review/keypad.module.css'
import type { Desk } from '@/features/readings/review/use-desk'

interface KeypadProps {
  desk: Desk
  symbols: Symbols
  canUndo: boolean
  onSkip: () => void
}

/** What is done most, for fingers and mice; each button names its key. */
export function Keypad({ desk, symbols, canUndo, onSkip }: KeypadProps) {
  const digits = Array.from(symbols === 'number' ? '1234567890.,-' : '1234567890')
  const isCutting = desk.draft !== null || desk.drawn !== null
  return (
    <div className={classes.pad}>
      <div className={classes.digits} role="group" aria-label={t`What the digit is`}>
        {digits.map((digit) => (
          <button
            key={digit}
            type="button"
            className={classes.digit}
            disabled={desk.drawn !== null}
            onClick={() => desk.type(digit)}
          >
            {digit}
          </button>
        ))}
      </div>
      <div className={classes.acts}>
        <Act icon={<IconBan size={17} aria-hidden />} shortcut="X" onClick={desk.noDigit}>
          {t`No digit`}
        </Act>
        <Act
          icon={<IconQuestionMark size={17} aria-hidden />}
          shortcut="U"
          onClick={desk.unreadable}
        >
          {t`Can’t tell`}
        </Act>
        <Act
          icon={<IconArrowBackUp size={17} aria-hidden />}
          shortcut="Z"
          isDisabled={!canUndo && !isCutting}
          onClick={desk.undo}
        >
          {t`Undo`}
        </Act>
        <Act
          icon={<IconPlayerSkipForward size={17} aria-hidden />}
          shortcut={t({ message: 'PgDn', context: 'key' })}
          onClick={onSkip}
        >
          {t`Skip`}
        </Act>
      </div>
      {desk.drawn ? (
        <Button size="lg" fullWidth onClick={desk.saveDrawn}>
          <Trans>
            Save the box <kbd className={classes.key}>Enter</kbd>
          </Trans>
        </Button>
      ) : (
        <Button
          size="lg"
          fullWidth
          leftSection={<IconCheck size={22} aria-hidden />}
          disabled={desk.draft !== null}
          onClick={desk.accept}
        >
          <Trans>
            Accept, next <kbd className={classes.key}>Enter</kbd>
          </Trans>
        </Button>
      )}
    </div>
  )
}

interface ActProps {
  icon: ReactNode
  shortcut: string
  isDisabled?: boolean
  onClick: () => void
  children: ReactNode
}

export function Act({ icon, shortcut, isDisabled, onClick, children }: ActProps) {
  return (
    <button type="button" className={classes.act} disabled={isDisabled} onClick={onClick}>
      {icon}
      <span>{children}</span>
      <kbd className={classes.key} aria-hidden>
        {shortcut}
      </kbd>
    </button>
  )
}
