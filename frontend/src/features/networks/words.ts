import type { NetworkResult } from '@/api/types'

const networkNames: Partial<Record<string, string>> = {
  digit: 'Digit network',
  line: 'Line network',
}

export function networkName(name: string): string {
  return networkNames[name] ?? name
}

const networkWords: Partial<Record<string, string>> = {
  digit: 'Reads one digit at a time, or says that there is none.',
  line: 'Reads a whole number without cutting it into digits.',
}

export function wordsOfNetwork(name: string): string | undefined {
  return networkWords[name]
}

// As the trainer calls its sets of test pictures. Others are shown by their own name.
const sets: Partial<Record<string, string>> = {
  test: 'MNIST test digits',
  noise: 'MNIST test digits with strong noise',
  salt_and_pepper: 'MNIST test digits with half the pixels black or white',
  usps_train: 'Digits on US envelopes (USPS)',
  ardis_train: 'Digits in Swedish church books (ARDIS)',
  hwd1000: 'Digits drawn on a screen (HWD-1000)',
  'unipen/digits (test writers)': 'Digits by pen-tablet writers (UNIPEN)',
  'pendigits/pendigits_train (test writers)': 'Digits by pen-tablet writers (Pendigits)',
  'real_dev (file to text)': 'Photos, scans and drawings of real people',
  'drawn (file to text)': 'Digits drawn in a paint program',
  cells: 'Photographed cells of clinic log books',
  letters: 'Letters, where nothing should be read',
  strings: 'Whole numbers by pen-tablet writers',
  'touching 0': 'Composed rows in which no digits touch',
  'touching 2': 'Composed rows in which two digits touch',
  'touching 3': 'Composed rows in which three digits touch',
  singles: 'Single digits on a page',
  'strings, poor': 'Whole numbers by pen-tablet writers, poor pictures',
  'touching 0, poor': 'Composed rows in which no digits touch, poor pictures',
  'touching 2, poor': 'Composed rows in which two digits touch, poor pictures',
  'touching 3, poor': 'Composed rows in which three digits touch, poor pictures',
  'singles, poor': 'Single digits on a page, poor pictures',
}

export function setName({ pictures, symbols }: NetworkResult): string {
  const name = sets[pictures] ?? pictures
  return symbols === 'number' ? `${name}, with points, commas and minus signs` : name
}

const few = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 })

/** A measured share, which may well be all or none: `99.64%`. */
export function share(value: number): string {
  return few.format(value)
}

/** A 95% interval: `99.50% to 99.74%`. */
export function interval([low, high]: readonly number[]): string {
  return `${few.format(low ?? 0)} to ${few.format(high ?? 1)}`
}
