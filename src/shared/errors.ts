/**
 * Why a call was refused. The code crosses every transport unchanged; the renderer chooses the words around the message. When
 * each is used, and what every host makes of it, is in docs/error-codes.md.
 */
export const errorCodes = [
  'not-found',
  'bad-input',
  'model-missing',
  'model-broken',
  'database-newer',
  'database-corrupt',
  'database-in-use',
  'busy',
  'network',
  'disk-full',
  'read-only',
  'cancelled',
  'internal'
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** A code as it came over a wire. A code that this version does not know is treated as a bug. */
export function errorCodeOf(code: string | undefined): ErrorCode {
  return errorCodes.find(known => known === code) ?? 'internal'
}

/** The words of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The same with where it was thrown, for a log: of a bug more is known only there. */
export function detailsOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

/**
 * A call that cannot be served. `message` is one or more plain sentences for a person: what happened, what is unharmed,
 * what to do. Anything thrown that is not an EngineError is a bug and crosses as `internal`.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: ErrorCode
  readonly detail: Readonly<Record<string, string | number>>

  constructor(code: ErrorCode, message: string, detail: Readonly<Record<string, string | number>> = {}) {
    super(message)
    this.code = code
    this.detail = detail
  }
}
