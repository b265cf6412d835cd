import type { CameraProblem } from '@/features/readings/capture/camera'

/** What is wrong with the camera, and what mends it. */
export const cameraSentences: Record<CameraProblem, string> = {
  insecure:
    'The camera works only where this page is opened over HTTPS. Ask whoever runs this service for its secure address.',
  unsupported: 'This browser cannot use a camera in a page. A newer one can.',
  refused:
    'The camera is blocked for this page. Allow it in the settings your browser has for this page, then try again.',
  missing: 'No camera was found. Connect one, then try again.',
  busy: 'The camera does not start. Close other programs that use it, then try again.',
  lost: 'The camera was disconnected, or is no longer allowed. Try again.',
  unknown: 'The camera does not start. Try again.',
}

export function canMend(problem: CameraProblem): boolean {
  return problem !== 'insecure' && problem !== 'unsupported'
}
