import { EngineError, type ErrorCode } from '../../../shared/errors.ts'

/** What a script can tell from how a command ended. In the README too. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  model: 4,
  database: 5,
  busy: 6,
  network: 7,
  diskFull: 8,
  readOnly: 9,
  cancelled: 130
} as const

/** The exit code of a command that was refused with this code. */
export const exitCodeByError: Readonly<Record<ErrorCode, number>> = {
  'not-found': exitCodes.notFound,
  'bad-input': exitCodes.usage,
  'model-missing': exitCodes.model,
  'model-broken': exitCodes.model,
  'database-newer': exitCodes.database,
  'database-corrupt': exitCodes.database,
  'database-in-use': exitCodes.busy,
  busy: exitCodes.busy,
  network: exitCodes.network,
  'disk-full': exitCodes.diskFull,
  'read-only': exitCodes.readOnly,
  cancelled: exitCodes.cancelled,
  internal: exitCodes.unexpected
}

export function exitCodeOf(error: unknown): number {
  return error instanceof EngineError ? exitCodeByError[error.code] : exitCodes.unexpected
}
