import { beforeEach, describe, expect, test } from 'vitest'
import type { Client, EventName, Events } from '../../../src/shared/contract.ts'
import type { JobStatus } from '../../../src/shared/jobs.ts'
import type {
  PairsAnswer,
  PairStatus,
  ProjectorStatus,
  RunPoint,
  RunStatus,
  Verdict
} from '../../../src/shared/learning.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { TrainingState } from '../../../src/renderer/src/state/training.svelte.ts'

const figures = { r1: 0.4, r5: 0.6, r10: 0.7, mrr: 0.5 }
const both = { textToImage: figures, imageToText: figures }
const verdict: Verdict = {
  isAccepted: true,
  reason: 'Captions and photos find each other better.',
  heldOutPhotos: 40,
  ...{ judged: null, known: null },
  before: both,
  after: both,
  mrrGain: { mean: 0.03, low: 0.01, high: 0.05 },
  share: 1,
  general: null
}
const own: ProjectorStatus = {
  versionId: null,
  state: 'active',
  createdMs: null,
  projectorId: 'base',
  seed: null,
  pairHash: null,
  pairs: null,
  device: null,
  seconds: null,
  verdict: null,
  changes: [],
  points: []
}
const trainingJob: JobStatus = {
  jobId: 't1',
  kind: 'train',
  state: 'running',
  stage: 'train',
  done: 1,
  total: 4,
  failed: 0,
  encoded: 0,
  startedMs: 0,
  perSecond: null,
  outcome: null,
  message: null
}
const point = (step: number, validationMrr = 0.5): RunPoint => ({
  step,
  steps: 40,
  losses: { pair: 1 },
  validationMrr,
  modalityProbe: null,
  rotationProbe: null,
  device: 'cpu',
  stepsPerSecond: 10,
  secondsLeft: 4
})
const pair: PairStatus = {
  photoId: 1,
  noteId: null,
  photoPath: '/p/a.jpg',
  text: 'A dog',
  reason: 'description',
  weight: 1,
  verdict: null
}

/** A model that can be trained, in memory: it keeps its versions and tells of changes, as the engine does. */
class SmallTrainer {
  readonly asked: string[] = []
  versions: ProjectorStatus[] = [own]
  run: RunStatus | null = null
  pairs: PairStatus[] = [pair, { ...pair, text: 'A brown dog' }]
  /** Answers wait here while it is on. */
  held: (() => void)[] | null = null
  readonly #listeners: { name: EventName; listener: (payload: never) => void }[] = []

  readonly client: Pick<
    Client,
    'pairs' | 'projectors' | 'run' | 'devices' | 'trainProjector' | 'activateProjector' | 'confirmPair' | 'on'
  > = {
    pairs: ({ limit }) => this.#answer(`pairs ${limit}`, this.#pairs(limit)),
    projectors: () => this.#answer('projectors', this.versions),
    run: () => this.#answer('run', this.run),
    devices: ({ isAnew }) =>
      this.#answer(isAnew === true ? 'devices again' : 'devices', [
        { device: 'cpu' as const, isUsable: true, message: 'It is what others are compared with.', stepsPerSecond: 20 }
      ]),
    trainProjector: ({ device }) => {
      this.asked.push(`train on ${device ?? 'auto'}`)
      if (this.run !== null && this.run.versionId === null) return refuse('busy', 'A training is running.')
      this.run = { jobId: 't1', seed: 1, points: [], versionId: null }
      this.tell('jobStarted', trainingJob)
      return Promise.resolve({ jobId: 't1' })
    },
    activateProjector: ({ versionId }) => {
      if (!this.versions.some(version => version.versionId === versionId))
        return refuse('not-found', 'That version is not there any more.')
      this.activate(versionId)
      return Promise.resolve({ jobId: versionId === null ? null : 'p1' })
    },
    confirmPair: ({ photoId, text, verdict: said }) => {
      if (text === '') return refuse('bad-input', 'The text is empty.')
      this.pairs = this.pairs.map(one =>
        one.photoId === photoId && one.text === text ? { ...one, verdict: said } : one
      )
      return Promise.resolve(null)
    },
    on: (name, listener) => {
      const entry = { name, listener: listener as (payload: never) => void }
      this.#listeners.push(entry)
      return () => void this.#listeners.splice(this.#listeners.indexOf(entry), 1)
    }
  }

  tell<E extends EventName>(name: E, payload: Events[E]): void {
    for (const entry of [...this.#listeners]) if (entry.name === name) entry.listener(payload as never)
  }

  get listeners(): number {
    return this.#listeners.length
  }

  activate(versionId: number | null): void {
    this.versions = this.versions.map(version => {
      if (version.versionId === versionId) return { ...version, state: 'active' }
      return version.state === 'active' ? { ...version, state: 'retired' } : version
    })
    this.tell('projectorChanged', { versionId })
  }

  /** The run ends with a version, and the engine tells so. */
  finish(versionId: number, state: 'active' | 'rejected'): void {
    const isAccepted = state === 'active'
    this.run = { jobId: 't1', seed: 1, points: [point(40)], versionId }
    const version: ProjectorStatus = { ...own, versionId, state: 'rejected', verdict: { ...verdict, isAccepted } }
    this.versions = [version, ...this.versions]
    if (isAccepted) this.activate(versionId)
    this.tell('jobEnded', { ...trainingJob, state: 'ended', outcome: 'finished' })
  }

  release(): void {
    const held = this.held ?? []
    this.held = null
    for (const go of held) go()
  }

  #pairs(limit: number | undefined): PairsAnswer {
    const trained = this.pairs.filter(one => one.verdict !== 'rejected')
    return {
      pairs: [...this.pairs]
        .sort((a, b) => Number(b.verdict === 'confirmed') - Number(a.verdict === 'confirmed'))
        .slice(0, limit),
      counts: [{ reason: 'description', pairs: trained.length }],
      readiness: {
        pairs: trained.length,
        photos: 1,
        different: 1,
        groups: 1,
        level: 'none',
        missing: 99,
        missingGroups: 49
      }
    }
  }

  #answer<T>(what: string, value: T): Promise<T> {
    this.asked.push(what)
    const held = this.held
    return held === null ? Promise.resolve(value) : new Promise(resolve => held.push(() => resolve(value)))
  }
}

const refuse = (code: 'busy' | 'not-found' | 'bad-input', message: string): Promise<never> =>
  Promise.reject(new EngineError(code, message))

let trainer: SmallTrainer
let training: TrainingState
let reported: unknown[]
let stop: () => void

beforeEach(() => {
  trainer = new SmallTrainer()
  reported = []
  training = new TrainingState(trainer.client, error => reported.push(error))
  stop = training.listen()
})

test('nothing is asked before the person looks; devices are not tested even then', async () => {
  trainer.tell('libraryChanged', { folderIds: [] })
  trainer.tell('modelChanged', { packId: null })
  trainer.tell('runProgress', { jobId: 'other', point: point(1) })
  await training.refresh()
  expect(trainer.asked).toEqual([])
  await training.look()
  expect(trainer.asked).toEqual(['pairs 1', 'projectors', 'run'])
  expect([training.pairs?.readiness.pairs, training.active?.versionId, training.run]).toEqual([2, null, null])
  stop()
  expect(trainer.listeners).toBe(0)
})

describe('the points of a run', () => {
  beforeEach(async () => {
    await training.look()
    await training.start()
  })
  const steps = (): number[] => training.run?.points.map(({ step }) => step) ?? []

  test('are added as they are told; what is told again is the newer telling', () => {
    for (const step of [10, 20, 30]) trainer.tell('runProgress', { jobId: 't1', point: point(step) })
    expect(steps()).toEqual([10, 20, 30])
    trainer.tell('runProgress', { jobId: 't1', point: point(20, 0.7) })
    expect(steps()).toEqual([10, 20])
    expect(training.run?.points[1]?.validationMrr).toBe(0.7)
  })

  test('that were told while the whole was asked for are kept', async () => {
    trainer.run = { jobId: 't1', seed: 1, points: [point(10), point(20)], versionId: null }
    trainer.held = []
    trainer.tell('libraryChanged', { folderIds: [] })
    trainer.tell('runProgress', { jobId: 't1', point: point(30) })
    trainer.release()
    await expect.poll(steps).toEqual([10, 20, 30])
  })

  test('of a run that was started elsewhere are asked for', async () => {
    trainer.run = { jobId: 't2', seed: 2, points: [point(10)], versionId: null }
    trainer.tell('runProgress', { jobId: 't2', point: point(10) })
    await expect.poll(() => training.run?.jobId).toBe('t2')
    expect(steps()).toEqual([10])
  })
})

test('the newest answer wins', async () => {
  trainer.held = []
  const first = training.look()
  const [late] = [trainer.held]
  trainer.held = null
  trainer.versions = [
    { ...own, versionId: 7, verdict, state: 'active' },
    { ...own, state: 'retired' }
  ]
  await training.refresh()
  for (const go of late) go()
  await first
  expect(training.active?.versionId).toBe(7)
})

describe('what a training came to', () => {
  test('is there for who never looked, and is done with once it is kept', async () => {
    trainer.finish(1, 'active')
    await expect.poll(() => training.undecided?.versionId).toBe(1)
    training.keep(1)
    expect(training.undecided).toBeNull()
    expect(training.active?.versionId).toBe(1)
  })

  test('when it was refused is shown until it is read, and nothing has changed', async () => {
    await training.look()
    trainer.finish(1, 'rejected')
    await expect.poll(() => training.undecided?.state).toBe('rejected')
    expect(training.active?.versionId).toBeNull()
    training.keep(1)
    expect(training.undecided).toBeNull()
  })

  test('is rolled back to what answered before it, not to what was rolled back earlier', async () => {
    await training.look()
    trainer.finish(1, 'active')
    await expect.poll(() => training.active?.versionId).toBe(1)
    expect(training.beforeActive).toBeNull()
    expect(await training.rollBack()).toBe('now')
    expect([training.active?.versionId, training.undecided]).toEqual([null, null])
    expect(training.beforeActive).toBeUndefined()

    trainer.finish(2, 'active')
    await expect.poll(() => training.active?.versionId).toBe(2)
    await training.rollBack()
    expect(training.active?.versionId).toBeNull()
    expect(await training.activate(1)).toBe('soon')
  })

  test('goes back to the newest retired version where the page did not see the change', async () => {
    trainer.versions = [3, 2, 1].map(versionId => ({
      ...own,
      versionId,
      state: versionId === 3 ? 'active' : 'retired'
    }))
    await training.look()
    expect(training.beforeActive).toBe(2)
    trainer.versions = [
      { ...own, versionId: 3 },
      { ...own, state: 'retired' }
    ]
    await training.refresh()
    expect(training.beforeActive).toBeNull()
  })
})

test('refusals are reported, and what is shown is true again', async () => {
  await training.look()
  expect(await training.activate(99)).toBeNull()
  training.device = 'cuda'
  expect([await training.start(), await training.start()]).toEqual([true, false])
  expect(reported).toMatchObject([{ code: 'not-found' }, { code: 'busy' }])
  expect(trainer.asked.filter(what => what.startsWith('train'))).toEqual(['train on cuda', 'train on cuda'])
  expect([training.isStarting, training.isSwitching]).toEqual([false, false])
})

test('a judged pair stays in its place while the counts follow', async () => {
  await training.look()
  await training.listPairs()
  expect(trainer.asked.at(-1)).toBe('pairs 10000')
  await training.judge(trainer.pairs[1]!, 'confirmed')
  await training.judge(trainer.pairs[0]!, 'rejected')
  expect(training.pairs?.pairs.map(one => one.verdict)).toEqual(['rejected', 'confirmed'])
  expect(training.pairs?.readiness.pairs).toBe(1)
  await training.judge({ ...pair, text: '' }, 'rejected')
  expect(reported).toMatchObject([{ code: 'bad-input' }])
})

test('devices are tested once, and again when that is asked for', async () => {
  await Promise.all([training.testDevices(), training.testDevices()])
  await training.testDevices()
  expect(trainer.asked).toEqual(['devices'])
  await training.testDevices(true)
  expect(trainer.asked).toEqual(['devices', 'devices again'])
  expect(training.devices?.[0]?.device).toBe('cpu')
  expect(training.isTestingDevices).toBe(false)
})
