import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { CameraProblem } from '@/features/readings/capture/camera'

const sentences: Record<CameraProblem, MessageDescriptor> = {
  insecure: msg`The camera works only where this page is opened over HTTPS. Ask whoever runs this service for its secure address.`,
  unsupported: msg`This browser cannot use a camera in a page. A newer one can.`,
  refused: msg`The camera is blocked for this page. Allow it in the settings your browser has for this page, then try again.`,
  missing: msg`No camera was found. Connect one, then try again.`,
  busy: msg`The camera does not start. Close other programs that use it, then try again.`,
  lost: msg`The camera was disconnected, or is no longer allowed. Try again.`,
  unknown: msg`The camera does not start. Try again.`,
}

/** What is wrong with the camera, and what mends it. */
export function cameraSentence(problem: CameraProblem): string {
  return t(sentences[problem])
}

export function canMend(problem: CameraProblem): boolean {
  return problem !== 'insecure' && problem !== 'unsupported'
}
