import { t } from '@lingui/core/macro'
import {
  IconAbc,
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconMaximize,
  IconMinimize,
  IconVectorBezierCircle,
} from '@tabler/icons-react'
import { Act } from '@/features/readings/review/keypad'
import classes from '@/features/readings/review/tools.module.css'
import type { Desk } from '@/features/readings/review/use-desk'

interface ToolsProps {
  desk: Desk
  isWholePage: boolean
  onToggleWholePage: () => void
  onTypeText: () => void
}

/** What is done less often: cutting anew, typing all, seeing all. */
export function Tools({ desk, isWholePage, onToggleWholePage, onTypeText }: ToolsProps) {
  const Size = isWholePage ? IconMinimize : IconMaximize
  return (
    <div className={classes.tools} role="group" aria-label={t`Tools`}>
      <Act
        icon={<IconArrowsSplit2 size={17} aria-hidden />}
        shortcut="S"
        isDisabled={!desk.cell}
        onClick={desk.split}
      >
        {t`Split`}
      </Act>
      <Act
        icon={<IconArrowsJoin2 size={17} aria-hidden />}
        shortcut="M"
        isDisabled={!desk.cell}
        onClick={desk.merge}
      >
        {t`Merge`}
      </Act>
      <Act
        icon={<IconVectorBezierCircle size={17} aria-hidden />}
        shortcut="R"
        isDisabled={!desk.cell}
        onClick={desk.startDrawing}
      >
        {t`Redraw`}
      </Act>
      <Act icon={<IconAbc size={17} aria-hidden />} shortcut="T" onClick={onTypeText}>
        {t`Type all`}
      </Act>
      <Act icon={<Size size={17} aria-hidden />} shortcut="W" onClick={onToggleWholePage}>
        {isWholePage ? t`Line` : t`Page`}
      </Act>
    </div>
  )
}
