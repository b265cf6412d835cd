import classes from '@/components/logo.module.css'

/** `isShort`: without its word where there is little room. */
export function Logo({ isShort = false }: { isShort?: boolean }) {
  return (
    <span className={classes.logo} data-short={isShort}>
      <svg viewBox="0 0 32 32" className={classes.mark} aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--logo-field)" />
        <path
          d="M9.500 10.200c4-.8 8.400-.5 12.900-1.200-3.300 4.800-5.900 9.500-7.300 15.200M11.600 17.600c2.800-.6 5.400-.9 7.600-1.200"
          fill="none"
          stroke="var(--logo-stroke)"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className={classes.word}>Legible</span>
    </span>
  )
}
