import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { formatNumber } from '@/lib/format'

/** The reader's steps in plain words; one that is not known keeps its own name. */
const stepNames: Partial<Record<string, MessageDescriptor>> = {
  decode: msg`Opening the file`,
  ink: msg`Finding the ink`,
  layout: msg`Finding the lines`,
  normalise: msg`Drawing each digit alike`,
  fuse: msg`Comparing both networks`,
  decode_text: msg`Choosing the likeliest text`,
  line: msg`Reading whole lines`,
  digit: msg`Reading each digit`,
  interpret: msg`Weighing what was read`,
  stages: msg`Drawing what the model saw`,
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
    .map(([name, ms]) => ({ name, label: stepName(name), ms }))
    .sort((a, b) => b.ms - a.ms)
  return { steps, total: timing.total ?? steps.reduce((sum, { ms }) => sum + ms, 0) }
}

function stepName(name: string): string {
  const known = stepNames[name]
  return known ? t(known) : name
}

/** From here on a slant is seen. */
const UPRIGHT_DEG = 2

export function slantWords(degrees: number | null): string {
  if (degrees === null) return t`cannot be told`
  const size = formatNumber(Math.abs(degrees), { maximumFractionDigits: 0 })
  if (Math.abs(degrees) < UPRIGHT_DEG) return t`upright`
  return degrees > 0 ? t`${size}° to the right` : t`${size}° to the left`
}

export function loopsWords(loops: number | null | undefined): string {
  if (loops == null) return t`not told`
  const count = loops === 1 ? formatNumber(1) : formatFixed(loops, 1)
  return t`${count} in each digit`
}

/** With as many digits after the point as are asked for, be they zero. */
export function formatFixed(number: number, digits: number): string {
  return formatNumber(number, { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
