/** The reader's steps in plain words; one that is not known keeps its own name. */
const stepNames: Record<string, string> = {
  decode: 'Opening the file',
  ink: 'Finding the ink',
  layout: 'Finding the lines',
  normalise: 'Drawing each digit alike',
  fuse: 'Comparing both networks',
  decode_text: 'Choosing the likeliest text',
  line: 'Reading whole lines',
  digit: 'Reading each digit',
  interpret: 'Weighing what was read',
  stages: 'Drawing what the model saw',
}

export interface Step {
  name: string
  label: string
  ms: number
}

/** Where the time went, the longest step first, and all of it. */
export function listSteps(timing: Record<string, number>): { steps: Step[]; total: number } {
  const steps = Object.entries(timing)
    .filter(([name]) => name !== 'total')
    .map(([name, ms]) => ({ name, label: stepNames[name] ?? name, ms }))
    .sort((a, b) => b.ms - a.ms)
  return { steps, total: timing.total ?? steps.reduce((sum, { ms }) => sum + ms, 0) }
}

/** From here on a slant is seen. */
const UPRIGHT_DEG = 2

export function slantWords(degrees: number | null): string {
  if (degrees === null) return 'cannot be told'
  const size = Math.abs(degrees).toFixed(0)
  if (Math.abs(degrees) < UPRIGHT_DEG) return 'upright'
  return degrees > 0 ? `${size}° to the right` : `${size}° to the left`
}

export function loopsWords(loops: number | null | undefined): string {
  if (loops == null) return 'not told'
  return loops === 1 ? '1 in each digit' : `${loops.toFixed(1)} in each digit`
}
