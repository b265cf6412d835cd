import type { Mark } from '@/features/readings/marks'

/** What the picture and the text share, so that a digit chosen or pointed at in one shows in the other. */
export interface LinkedMarks {
  marks: readonly Mark[]
  selected: number
  hovered: number | null
  onSelect: (index: number) => void
  onHover: (index: number | null) => void
}
