export interface NamedPattern {
  /** As the service knows it. */
  name: string
  label: string
  /** What of it people write. */
  example: string
  /** Whether people write marks in it, so that these have to be read as well. */
  hasMarks: boolean
}

/** The fields of forms that the service knows by name. */
export const namedPatterns: readonly NamedPattern[] = [
  { name: 'integer', label: 'Whole number', example: '1250 or -3', hasMarks: true },
  { name: 'decimal', label: 'Decimal number', example: '12.5 or 12,5', hasMarks: true },
  { name: 'amount', label: 'Amount of money', example: '1,250.00 or 1250', hasMarks: true },
  { name: 'date', label: 'Date', example: '2026-01-31 or 31.01.2026', hasMarks: true },
  { name: 'us-zip', label: 'US ZIP code', example: '04103', hasMarks: false },
  { name: 'us-zip4', label: 'US ZIP+4 code', example: '04103-1234', hasMarks: true },
  { name: 'phone', label: 'Phone number, any country', example: '6 to 15 digits', hasMarks: true },
  { name: 'phone:us', label: 'Phone number, US', example: '212-555-0123', hasMarks: true },
  { name: 'phone:gb', label: 'Phone number, UK', example: '020-7946-0123', hasMarks: true },
  { name: 'phone:de', label: 'Phone number, Germany', example: '030-123456', hasMarks: true },
  { name: 'phone:fr', label: 'Phone number, France', example: '01.23.45.67.89', hasMarks: true },
  { name: 'phone:se', label: 'Phone number, Sweden', example: '08-123-45-67', hasMarks: true },
  {
    name: 'phone:ch',
    label: 'Phone number, Switzerland',
    example: '044-668-18-00',
    hasMarks: true,
  },
  { name: 'phone:in', label: 'Phone number, India', example: '98765-43210', hasMarks: true },
  {
    name: 'luhn',
    label: 'Card number with check digit',
    example: '12 to 19 digits',
    hasMarks: false,
  },
]

/** Whether an expression names a point, a comma or a dash, other than in `[0-9]` and `{2,3}`. */
export function wantsMarks(expression: string): boolean {
  return /[.,-]/.test(expression.replace(/\d-\d|\{[\d,]*\}?/g, ''))
}
