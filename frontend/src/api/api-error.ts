export interface FieldError {
  field: string
  message: string
}

/** What went wrong with a call, in the service's own terms. Status 0: the service did not answer. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: readonly FieldError[]

  constructor(status: number, code: string, detail: string, fields: readonly FieldError[] = []) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = fields
  }
}

/** The service reads nothing before the e-mail address is confirmed, which the account page helps with. */
export function needsVerifiedEmail(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'email_not_verified'
}

export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', 'The service did not answer.')
}

/** Reads an RFC 9457 body. Anything else (a proxy's HTML page, nothing at all) becomes a plain server error. */
export function toApiError(status: number, body: unknown): ApiError {
  if (typeof body !== 'object' || body === null || !('code' in body)) {
    return status >= 502 && status <= 504
      ? unreachable()
      : new ApiError(
          status,
          'server_error',
          'The service answered in a way this page does not know.',
        )
  }
  const { code, detail, errors } = body as { code: unknown; detail?: unknown; errors?: unknown }
  return new ApiError(
    status,
    String(code),
    typeof detail === 'string' ? detail : '',
    Array.isArray(errors) ? (errors as FieldError[]) : [],
  )
}
