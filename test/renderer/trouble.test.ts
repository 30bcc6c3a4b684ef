import { expect, test } from 'vitest'
import { EngineError } from '../../src/shared/errors.ts'
import './english.ts'
import { troubleOf } from '../../src/renderer/src/trouble.ts'

test('a cancelled call is no trouble', () => {
  expect(troubleOf(new EngineError('cancelled', 'A newer question was asked.'))).toBeNull()
})

test('a refused call says its own sentence; a bug is introduced, and both leave the person’s files out of it', () => {
  expect(troubleOf(new EngineError('bad-input', 'The folder is inside another.'))).toEqual({
    message: 'The folder is inside another.',
    lead: null,
    lang: 'en'
  })
  expect(troubleOf(new EngineError('internal', 'x is undefined'))).toEqual({
    message: 'Something went wrong inside Reverie. Your files are unharmed. (x is undefined)',
    lead: null
  })
  expect(troubleOf(new Error('x is undefined'))).toEqual(troubleOf(new EngineError('internal', 'x is undefined')))
})

test('when nobody answers, the connection is lost', async () => {
  const error: unknown = await fetch('http://127.0.0.1:9/').catch((reason: unknown) => reason)
  expect(troubleOf(error)).toBe('connection')
})
