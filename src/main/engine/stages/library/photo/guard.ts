import type { ReadFailure } from '../../../base/domain.ts'
import { PhotoFailure, type PhotoLimits } from './limits.ts'

/**
 * Runs work on an untrusted picture and turns whatever goes wrong into the reason that a person is told. Native work is
 * stopped by its own timers; the timer here makes sure of an answer.
 */
export async function guard<T>(
  limits: PhotoLimits,
  contentHash: string | null,
  work: () => Promise<T>
): Promise<T | ReadFailure> {
  let timer: NodeJS.Timeout | undefined
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = Math.round(limits.milliseconds / 1000)
      reject(new PhotoFailure('too-slow', `This picture was not decoded within ${seconds} seconds.`))
    }, limits.milliseconds)
  })
  try {
    return await Promise.race([work(), tooSlow])
  } catch (cause) {
    return explain(cause, contentHash)
  } finally {
    clearTimeout(timer)
  }
}

function explain(cause: unknown, contentHash: string | null): ReadFailure {
  const failure = (code: ReadFailure['code'], reason: string): ReadFailure => ({
    kind: 'failure',
    code,
    reason,
    contentHash
  })
  if (cause instanceof PhotoFailure) return failure(cause.code, cause.message)
  const code = (cause as NodeJS.ErrnoException | null)?.code
  const cannotOpen = (reason: string): ReadFailure => ({
    ...failure('cannot-open', reason),
    systemCode: code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : undefined
  })
  if (code === 'ENOENT') return cannotOpen('This file is no longer there.')
  if (code === 'EACCES' || code === 'EPERM') return cannotOpen('This file may not be read: its permissions forbid it.')
  if (code !== undefined)
    return cannotOpen(`This file cannot be read (${code}): the disk may be failing or disconnected.`)
  // sharp's words may be those of another picture: see `damaged` in decode.ts.
  return failure('corrupt', 'This picture is damaged: it cannot be decoded.')
}
