const Z = 1.959964

/** The 95% interval of a share that was measured on `n` things (Wilson, 1927). */
export function wilson(share: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1]
  const spread = Z ** 2 / n
  const middle = (share + spread / 2) / (1 + spread)
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / n + spread / (4 * n))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
