import { expect, test } from 'vitest'
import type { JobStatus } from '../../../src/shared/jobs.ts'
import { progressText } from '../../../src/main/hosts/cli/progress-line.ts'
import { drawnPoint } from '../../workers/drawn-training.ts'

const status: JobStatus = {
  jobId: 'x',
  kind: 'train',
  state: 'running',
  stage: 'train',
  done: 50,
  total: 200,
  failed: 0,
  encoded: 0,
  startedMs: 0,
  perSecond: 10,
  outcome: null,
  message: null
}

test('a training tells its losses, what it finds again, and what can still be read', () => {
  expect(progressText(status, 200, drawnPoint(2, 5))).toMatch(
    /^Training \[=+ +\] 50 of 200, 10\.0\/s, 15 s left; MRR 0\.520, modality read 60 %, pair 0\.50, modality 0\.70, on cpu$/
  )
})

test('a download tells megabytes', () => {
  const download = { ...status, kind: 'install', stage: 'download' } as const
  expect(progressText({ ...download, done: 61e6, total: 155.9e6, perSecond: 2.1e6 }, 200)).toMatch(
    /^Fetching \[=+ +\] 61\.0 MB of 155\.9 MB, 2\.1 MB\/s, 46 s left$/
  )
})

test('a narrow terminal has no bar, and nothing that goes over its edge', () => {
  const text = progressText(status, 60, drawnPoint(2, 5))
  expect(text).toHaveLength(60)
  expect(text).toMatch(/^Training 50 of 200/)
  expect(progressText({ ...status, total: null }, 60)).toBe('Training…')
})
