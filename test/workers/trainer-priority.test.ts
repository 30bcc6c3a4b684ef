import { constants, getPriority } from 'node:os'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sourceWorkers } from '../tools/source-workers.ts'

/** The priority of a trainer process that has just answered. */
async function priorityOf(environment: Readonly<Record<string, string>>): Promise<number> {
  const env = { ...process.env, REVERIE_TRAINER_PRIORITY: '', ...environment }
  const child = fork(sourceWorkers.trainer, [], { serialization: 'advanced', env })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.send({ type: 'call', id: 1, name: 'no such method', input: null })
  await once(child, 'message')
  return getPriority(child.pid)
}

describe('a training', () => {
  test('lets others go first', async () => {
    expect(await priorityOf({})).toBe(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
  })

  test('of a test does not wait for other tests', async () => {
    expect(await priorityOf({ REVERIE_TRAINER_PRIORITY: 'normal' })).toBe(getPriority())
  })
})
