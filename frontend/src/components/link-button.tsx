import { Button, type ButtonProps } from '@mantine/core'
import { Link, type LinkProps } from 'react-router'

/** A link that looks like a button. */
export function LinkButton(
  props: ButtonProps & Pick<LinkProps, 'to' | 'state' | 'viewTransition'>,
) {
  return <Button component={Link} {...props} />
}
