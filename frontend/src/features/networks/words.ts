import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { NetworkResult } from '@/api/types'
import { formatNumber } from '@/lib/format'

const networkNames: Partial<Record<string, MessageDescriptor>> = {
  digit: msg`Digit network`,
  line: msg`Line network`,
}

export function networkName(name: string): string {
  const known = networkNames[name]
  return known ? t(known) : name
}

const networkWords: Partial<Record<string, MessageDescriptor>> = {
  digit: msg`Reads one digit at a time, or says that there is none.`,
  line: msg`Reads a whole number without cutting it into digits.`,
}

export function wordsOfNetwork(name: string): string | undefined {
  const known = networkWords[name]
  return known && t(known)
}

// As the trainer calls its sets of test pictures. Others are shown by their own name.
const sets: Partial<Record<string, MessageDescriptor>> = {
  test: msg`MNIST test digits`,
  noise: msg`MNIST test digits with strong noise`,
  salt_and_pepper: msg`MNIST test digits with half the pixels black or white`,
  usps_train: msg`Digits on US envelopes (USPS)`,
  ardis_train: msg`Digits in Swedish church books (ARDIS)`,
  hwd1000: msg`Digits drawn on a screen (HWD-1000)`,
  'unipen/digits (test writers)': msg`Digits by pen-tablet writers (UNIPEN)`,
  'pendigits/pendigits_train (test writers)': msg`Digits by pen-tablet writers (Pendigits)`,
  'real_dev (file to text)': msg`Photos, scans and drawings of real people`,
  'drawn (file to text)': msg`Digits drawn in a paint program`,
  cells: msg`Photographed cells of clinic log books`,
  letters: msg`Letters, where nothing should be read`,
  strings: msg`Whole numbers by pen-tablet writers`,
  'touching 0': msg`Composed rows in which no digits touch`,
  'touching 2': msg`Composed rows in which two digits touch`,
  'touching 3': msg`Composed rows in which three digits touch`,
  singles: msg`Single digits on a page`,
  'strings, poor': msg`Whole numbers by pen-tablet writers, poor pictures`,
  'touching 0, poor': msg`Composed rows in which no digits touch, poor pictures`,
  'touching 2, poor': msg`Composed rows in which two digits touch, poor pictures`,
  'touching 3, poor': msg`Composed rows in which three digits touch, poor pictures`,
  'singles, poor': msg`Single digits on a page, poor pictures`,
}

export function setName({ pictures, symbols }: NetworkResult): string {
  const known = sets[pictures]
  const name = known ? t(known) : pictures
  return symbols === 'number' ? t`${name}, with points, commas and minus signs` : name
}

/** A measured share, which may well be all or none: `99.64%`. */
export function share(value: number): string {
  return formatNumber(value, { style: 'percent', maximumFractionDigits: 2 })
}

/** A 95% interval: `99.50% to 99.74%`. */
export function interval([low, high]: readonly number[]): string {
  const from = share(low ?? 0)
  const to = share(high ?? 1)
  return t`${from} to ${to}`
}
