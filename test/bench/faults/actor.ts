/** A process that opens the engine and does what it is told, to be hurt meanwhile: node actor.ts <Plan as JSON> */
import { step, stepsSoFar, beforeEachStep, noteSyncs, uncounted } from './steps.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { config } from '../../../src/main/engine/base/config.ts'
import type { Engine } from '../../../src/main/engine/engine.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { openRealEngine } from '../../engine/real-engine.ts'
import { act } from './act.ts'
import { wrongCounts } from '../../tools/invariants.ts'
import { unreachableIn } from './invariants.ts'
import { lookAt, type Look } from './look.ts'
import type { Deed, Plan, Report } from './plan.ts'
import { saidLine } from './said.ts'
import { Speaker } from './speaker.ts'

const plan = JSON.parse(process.argv[2] ?? '') as Plan
const { writeFileSync } = uncounted
noteSyncs(plan.syncedPath)

if (plan.patienceMs !== null)
  Object.assign(config, {
    workerSilenceMs: plan.patienceMs,
    trainerSilenceMs: plan.patienceMs
  } satisfies Partial<Record<keyof typeof config, number>>)

const refusals: Report['refusals'][number][] = []
const bugs: string[] = []
const jobs: Report['jobs'][number][] = []
const wrongSums: string[] = []

const { hurt } = plan
beforeEachStep(count => {
  if (count !== hurt?.steps) return
  writeFileSync(plan.markPath, String(count))
  act(hurt.actions, process.pid)
})

const engine = await refusable('index', () =>
  openRealEngine(plan.data, plan.models, {
    offers: plan.offers,
    watch: plan.stays,
    log: () => undefined,
    onCall: step
  })
)
let look: Look | null = null
let done = { steps: 0, milliseconds: 0 }
if (engine !== null) {
  engine.on('jobEnded', ({ kind, outcome, code = '', message }) =>
    jobs.push({ kind, outcome, code, message: message ?? '' })
  )
  const speaker = new Speaker(engine, plan.data, plan.statements, statement =>
    uncounted.appendFileSync(plan.acknowledgedPath, `${saidLine(statement)}\n`)
  )
  const speak = async (work: () => Promise<void>): Promise<void> => {
    await refusable('say', work)
  }
  for (const name of ['libraryChanged', 'jobProgress'] as const) engine.on(name, () => void checkSums(engine))
  engine.on('jobProgress', () => void speak(() => speaker.next()))
  for (const deed of plan.deeds) {
    await refusable(deed.name, () => (deed.name === 'say' ? speaker.rest() : perform(deed, engine)))
    await engine.idle()
  }
  await speak(() => speaker.rest())
  await engine.idle()
  await checkSums(engine)
  done = { steps: stepsSoFar(), milliseconds: performance.now() }
  if (plan.looks) look = await refusable('ask', () => lookAt(engine))
}
writeFileSync(plan.reportPath, JSON.stringify({ refusals, bugs, jobs, wrongSums, ...done, look } satisfies Report))
await engine?.close()

/** A refusal is no fault; whatever is not said in a sentence is one. */
async function refusable<T>(deed: Deed['name'], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EngineError) refusals.push({ deed, code: error.code, message: error.message })
    else bugs.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return null
  }
}

async function checkSums(of: Engine): Promise<void> {
  const library = await of.client.library({}).catch(() => null)
  if (library === null) return
  for (const [i, status] of [library, ...library.folders].entries())
    wrongSums.push(...wrongCounts(status, i === 0 ? 'library' : `folder ${i}`))
}

async function perform(deed: Exclude<Deed, { name: 'say' }>, { client }: Engine): Promise<void> {
  switch (deed.name) {
    case 'index':
      if ((await client.library({})).folders.length > 0) await client.indexLibrary({})
      else await client.addFolder({ path: deed.folder })
      return
    case 'rebuild':
      await client.rebuildLibrary({})
      return
    case 'train': {
      const learned = (await client.projectors({})).find(({ seed }) => seed === deed.seed)
      // A training that was cut off is asked for again, whatever it has left; the engine learns nothing twice.
      const isCutOff = existsSync(join(plan.data, 'training', 'asked.json'))
      if (learned === undefined || isCutOff) await client.trainProjector({ device: 'cpu', seed: deed.seed })
      // What was learned while the disk was full, say, could not be activated then: a person does that now.
      else if (learned.state === 'candidate') await client.activateProjector({ versionId: learned.versionId })
      return
    }
    case 'version':
      await client.activateProjector({ versionId: deed.versionId })
      return
    case 'model':
      await client.activateModel({ packId: deed.packId })
      return
    case 'add':
      if ((await client.models({})).some(({ packId }) => packId === deed.id)) return
      await client.addModel({ folder: deed.folder, id: deed.id })
      return
    case 'install':
      await client.installModel({ offerId: deed.offerId, hasConsent: true })
      return
    case 'exclude': {
      const excluded = new Set((await client.excluded({})).entries.map(({ path }) => path))
      const paths = deed.paths.filter(path => !excluded.has(path))
      if (paths.length > 0) await client.exclude({ paths })
      return
    }
    case 'include': {
      const excluded = new Set((await client.excluded({})).entries.map(({ path }) => path))
      const paths = deed.paths.filter(path => excluded.has(path))
      if (paths.length > 0) await client.include({ paths })
      return
    }
    case 'remove': {
      const chosen = (await client.library({})).folders.find(({ path }) => path === deed.folder)
      if (chosen !== undefined) await client.removeFolder({ folderId: chosen.folderId })
      return
    }
    case 'decide': {
      await client.changeSettings({ encoderThreads: 1, watchFolders: false, hubUrl: deed.hubUrl })
      await client.saveSearch({ text: deed.word, isSaved: true })
      const { pairs } = await client.pairs({ limit: 1000 })
      const photos = [...new Set(pairs.map(({ photoId }) => photoId))].slice(0, 2)
      for (const photoId of photos) await client.confirmPair({ photoId, text: deed.word, verdict: 'confirmed' })
      return
    }
    case 'forget-deleted': {
      const paths = unreachableIn(plan.data).filter(path => !existsSync(path))
      if (paths.length > 0) await client.forgetUnreachable({ paths })
      return
    }
    case 'ask':
      for (let i = 0; i < deed.times; i++)
        for (const text of ['a blue boat', 'type:note', 'pumpkin']) await client.search({ text, limit: 50 })
      return
  }
}
