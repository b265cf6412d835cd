import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

export interface NamedPattern {
  /** As the service knows it. */
  name: string
  label: MessageDescriptor
  /** What of it people write. */
  example: string | MessageDescriptor
  /** Whether people write marks in it, so that these have to be read as well. */
  hasMarks: boolean
}

/** The fields of forms that the service knows by name. */
export const namedPatterns: readonly NamedPattern[] = [
  { name: 'integer', label: msg`Whole number`, example: msg`1250 or -3`, hasMarks: true },
  { name: 'decimal', label: msg`Decimal number`, example: msg`12.5 or 12,5`, hasMarks: true },
  { name: 'amount', label: msg`Amount of money`, example: msg`1,250.00 or 1250`, hasMarks: true },
  { name: 'date', label: msg`Date`, example: msg`2026-01-31 or 31.01.2026`, hasMarks: true },
  { name: 'us-zip', label: msg`US ZIP code`, example: '04103', hasMarks: false },
  { name: 'us-zip4', label: msg`US ZIP+4 code`, example: '04103-1234', hasMarks: true },
  {
    name: 'phone',
    label: msg`Phone number, any country`,
    example: msg`6 to 15 digits`,
    hasMarks: true,
  },
  { name: 'phone:us', label: msg`Phone number, US`, example: '212-555-0123', hasMarks: true },
  { name: 'phone:gb', label: msg`Phone number, UK`, example: '020-7946-0123', hasMarks: true },
  { name: 'phone:de', label: msg`Phone number, Germany`, example: '030-123456', hasMarks: true },
  { name: 'phone:fr', label: msg`Phone number, France`, example: '01.23.45.67.89', hasMarks: true },
  { name: 'phone:se', label: msg`Phone number, Sweden`, example: '08-123-45-67', hasMarks: true },
  {
    name: 'phone:ch',
    label: msg`Phone number, Switzerland`,
    example: '044-668-18-00',
    hasMarks: true,
  },
  { name: 'phone:in', label: msg`Phone number, India`, example: '98765-43210', hasMarks: true },
  {
    name: 'luhn',
    label: msg`Card number with check digit`,
    example: msg`12 to 19 digits`,
    hasMarks: false,
  },
]

/** Whether an expression names a point, a comma or a dash, other than in `[0-9]` and `{2,3}`. */
export function wantsMarks(expression: string): boolean {
  return /[.,-]/.test(expression.replace(/\d-\d|\{[\d,]*\}?/g, ''))
}
