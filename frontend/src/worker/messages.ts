/** From a page to a worker that waits. */
export type UpdateMessage =
  /** Which version is this page? Its first script names it. */
  | { type: 'compare'; entry: string }
  /** Somebody wants the new version now. */
  | { type: 'take-over' }

export interface UpdateAnswer {
  isNewer: boolean
}
