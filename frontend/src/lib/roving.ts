const steps: Partial<Record<string, (index: number, count: number) => number>> = {
  ArrowRight: (index, count) => Math.min(index + 1, count - 1),
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowLeft: (index) => Math.max(index - 1, 0),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** Where a key moves to in a row of `count` things of which one is in the tab order, or null for other keys. */
export function rovingTarget(key: string, index: number, count: number): number | null {
  return steps[key]?.(index, count) ?? null
}
