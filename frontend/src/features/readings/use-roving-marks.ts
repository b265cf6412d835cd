import { useRef, type KeyboardEvent } from 'react'
import type { LinkedMarks } from '@/features/readings/linked-marks'
import { digitName } from '@/features/readings/words'
import { rovingTarget } from '@/lib/roving'

/** Makes a group of marks one stop in the tab order; the arrow keys go from one to the next. */
export function useRovingMarks<Group extends Element>({
  marks,
  selected,
  hovered,
  onSelect,
  onHover,
}: LinkedMarks) {
  const group = useRef<Group>(null)

  function onKeyDown(event: KeyboardEvent) {
    const target = rovingTarget(event.key, selected, marks.length)
    if (target === null) return
    event.preventDefault()
    onSelect(target)
    group.current?.querySelector<HTMLElement | SVGElement>(`[data-mark="${target}"]`)?.focus()
  }

  const markProps = (index: number) => ({
    'data-mark': index,
    'data-hovered': hovered === index,
    'data-doubtful': marks[index]?.issue !== undefined,
    'aria-pressed': selected === index,
    'aria-label': digitName(marks[index], marks.length),
    tabIndex: selected === index ? 0 : -1,
    onClick: () => onSelect(index),
    onKeyDown,
    onFocus: () => onSelect(index),
    onPointerEnter: () => onHover(index),
    onPointerLeave: () => onHover(null),
  })

  return { group, markProps }
}
