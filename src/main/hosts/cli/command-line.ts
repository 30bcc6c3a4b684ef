import { Command, CommanderError, Option } from 'commander'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Client } from '../../../shared/contract.ts'
import type { Counts, IndexReport, LibraryStatus } from '../../../shared/library.ts'
import type { JobStatus } from '../../../shared/jobs.ts'
import type { SearchResult } from '../../../shared/searching.ts'
import { diskTrouble } from '../../engine/base/disk-trouble.ts'
import { foldStacks } from '../../../shared/stacks.ts'
import type { Engine, PairTools } from '../../engine/engine.ts'
import { EngineError, messageOf } from '../../../shared/errors.ts'
import { addModelCommand } from './add-model-command.ts'
import type { CommandDeps, Shared } from './command-deps.ts'
import { addExcludeCommands } from './exclude-commands.ts'
import { interruptible } from '../common/ending.ts'
import { exitCodeOf, exitCodes } from '../common/exit-codes.ts'
import { addJudgeCommands } from './judge-commands.ts'
import { addLinkCommands, askedLinkLines } from './link-commands.ts'
import { addOpenCommand } from './open-command.ts'
import { addModelCommands } from './install-commands.ts'
import {
  countsText,
  failureLines,
  fitLines,
  hitLines,
  longNoteLines,
  pairLines,
  safe,
  statusLines,
  type PrintedHit
} from './print.ts'
import { paperLines } from './print-paper.ts'
import { follow, type FollowOptions } from './follow-jobs.ts'
import { addLeftoverCommands, offerLeftovers } from './leftover-commands.ts'
import { ProgressLine } from './progress-line.ts'
import { addExportCommands, addSayCommands } from './say-commands.ts'
import { addTrainingCommands, wholeNumber } from './training-commands.ts'
import { addUnreachableCommands } from './unreachable-commands.ts'

interface FitFlags {
  readonly mode: 'pack' | 'paper'
  readonly pack?: string
  readonly method: 'cca' | 'ssal'
  readonly split?: string
  readonly validation?: string
  readonly seed: number
  readonly turns: boolean
  readonly words: boolean
}

/** Runs one command; the result is the process's exit code. */
export async function runCommandLine(argv: readonly string[], deps: CommandDeps): Promise<number> {
  const program = build(deps)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return deps.ending.isOutputGone ? (deps.ending.exitCode ?? exitCodes.ok) : exitCodes.ok
  } catch (caught) {
    const error = diskTrouble(caught)
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const wantsJson = argv.includes('--json')
    const code = error instanceof EngineError ? error.code : 'internal'
    const message = messageOf(error)
    const wasAsked = code === 'cancelled' ? deps.ending.exitCode : null
    if (wasAsked !== null && deps.ending.isOutputGone) return wasAsked
    if (wantsJson) tell(deps.out, `${JSON.stringify({ error: { code, message } })}\n`)
    tell(deps.err, `reverie: ${safe(message)}\n`)
    if (code === 'database-corrupt') tell(deps.err, 'To do so: reverie index --rebuild\n')
    if (code === 'internal' && error instanceof Error && process.env.REVERIE_DEBUG !== undefined)
      tell(deps.err, `${error.stack ?? ''}\n`)
    return wasAsked ?? exitCodeOf(error)
  }
}

/** A file on a full disk takes not even this; the exit code still says it. */
function tell(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

function build(deps: CommandDeps): Command {
  const program = new Command('reverie')
    .description('Finds your photos and notes by what they mean, on your own machine.')
    .version(deps.version)
    .exitOverride()
    .configureOutput({ writeOut: text => deps.out.write(text), writeErr: text => deps.err.write(text) })
    .showHelpAfterError('(reverie --help lists the commands)')

  const add = (name: string, description: string, under: Command = program): Command =>
    under
      .command(name)
      .description(description)
      .option('--data <folder>', 'where the database and thumbnails live')
      .option('--models <folder>', 'another folder with model packs')
      .option('--json', 'print JSON')

  const print = (options: Shared, value: unknown, lines: () => readonly string[]): void => {
    deps.out.write(options.json === true ? `${JSON.stringify(value)}\n` : `${lines().join('\n')}\n`)
  }
  const withEngine = async <T>(options: Shared, use: (client: Client, engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await deps.openEngine({
      data: options.data,
      models: options.models,
      rebuild: options.rebuild === true
    })
    return interruptible(deps.ending, () => use(engine.client, engine), {
      cancel: () => cancelJobs(engine),
      close: () => engine.close()
    })
  }
  const withTools = async <T>(
    options: Shared & { readonly pack?: string },
    use: (tools: PairTools) => Promise<T>
  ): Promise<T> => {
    const tools = await deps.openPairTools(options.pack, { data: options.data, models: options.models })
    return interruptible(deps.ending, () => use(tools), { cancel: () => Promise.resolve(), close: () => tools.close() })
  }

  const following = (options: Shared): FollowOptions => ({
    err: deps.err,
    isQuiet: options.json === true,
    whenCancelled: 'Cancelled. What was indexed so far is kept; run it again to go on.'
  })

  add('index', 'Index folders, or look for changes in the ones that are chosen already.')
    .argument('[folder...]', 'folders to add to the library')
    .option(
      '--rebuild',
      'read and encode every file anew; a damaged database is set aside first, and a new one built from the same folders'
    )
    .action(async (folders: string[], options: Shared) => {
      await withEngine(options, async (client, engine) => {
        const startedMs = performance.now()
        const job = await follow(engine, following(options), () =>
          indexFolders(folders, client, options.rebuild === true)
        )
        const library = await client.library({})
        const links = await client.outsideLinks({ limit: namedLinks })
        const report: IndexReport = {
          ...counts(library),
          encoded: job.encoded,
          seconds: round((performance.now() - startedMs) / 1000)
        }
        print(options, report, () => [
          `${countsText(report)}; ${report.encoded} encoded in ${report.seconds} s.`,
          ...(report.failed === 0 ? [] : ['reverie failures says why files failed.']),
          ...(report.unreachable === 0
            ? []
            : [
                'What is unreachable is kept and still found, and looked at again in each run: reverie unreachable says why.'
              ]),
          ...longNoteLines(library),
          ...askedLinkLines(links)
        ])
        if (options.json !== true) await offerLeftovers(client, deps)
      })
    })

  add('search', 'Find photos and notes by a caption; the query language of the page works here too.')
    .argument('[words...]', 'what to find')
    .option('--image <file>', 'a picture to search with')
    .addOption(new Option('--type <kind>', 'only photos or only notes').choices(['photo', 'note']))
    .option('--limit <n>', 'how many hits', wholeNumber, 20)
    .option('--fold', 'photos of these hits that show the same (copies, bursts) as one')
    .action(
      async (words: string[], options: Shared & { image?: string; type?: string; limit: number; fold?: true }) => {
        if (words.length === 0 && options.image === undefined)
          throw new EngineError('bad-input', 'Say what to find: reverie search <words>, or --image <file>.')
        await withEngine(options, async client => {
          const imageId = options.image === undefined ? undefined : (await openFile(client, options.image)).imageId
          const text = [...(options.type === undefined ? [] : [`type:${options.type}`]), ...words].join(' ')
          const { fold: withStacks, limit } = options
          const result = await client.search({ text, imageId, limit, withStacks })
          const hits = withStacks ? foldStacks(result.hits).map(([hit, ...alike]) => ({ ...hit, alike })) : result.hits
          print(options, { hits, hasEvidence: result.hasEvidence }, () => searchLines({ ...result, hits }))
        })
      }
    )

  add('similar', 'Find what is like a photo or note: of the library by its path, or any picture.')
    .argument('<file>')
    .option('--limit <n>', 'how many hits', wholeNumber, 20)
    .action(async (file: string, options: Shared & { limit: number }) => {
      await withEngine(options, async (client, engine) => {
        const itemId = engine.findPath(resolve(file))
        const query =
          itemId === undefined
            ? { text: '', imageId: (await openFile(client, file)).imageId }
            : { text: `like:${itemId}` }
        const result = await client.search({ ...query, limit: options.limit })
        const { hits, hasEvidence } = result
        print(options, { hits, hasEvidence }, () => searchLines(result))
      })
    })

  add('status', 'What is in the library.').action(async (options: Shared) => {
    await withEngine(options, async client => {
      const library = await client.library({})
      const links = await client.outsideLinks({ limit: namedLinks })
      print(options, { ...library, links }, () => [...statusLines(library), ...askedLinkLines(links)])
    })
  })

  add('failures', 'Files that could not be indexed, and why.')
    .option('--retry', 'try them again')
    .option('--limit <n>', 'how many', wholeNumber, 1000)
    .action(async (options: Shared & { retry?: boolean; limit: number }) => {
      await withEngine(options, async (client, engine) => {
        if (options.retry === true) await follow(engine, following(options), () => client.retryFailed({}))
        const failures = await client.failures({ limit: options.limit })
        print(options, { failures }, () => failureLines(failures))
      })
    })

  addExcludeCommands({ add, print, following, withEngine })
  addLinkCommands({ add, print, following, withEngine })
  addUnreachableCommands({ add, print, withEngine })
  addSayCommands({ add, print, withEngine })
  addJudgeCommands({ add, print, withEngine })
  addExportCommands({ add, print, withEngine })

  add('pairs', 'Photos and texts of the library that belong together, and why; or say so yourself.')
    .argument('[text...]', 'with one of the options below: the text, as it is listed')
    .addOption(
      new Option('--confirm <photo>', 'this photo and the text belong together').conflicts(['reject', 'forget'])
    )
    .addOption(new Option('--reject <photo>', 'they do not: never learn from them').conflicts('forget'))
    .option('--forget <photo>', 'take back what you said of them')
    .option('--limit <n>', 'how many', wholeNumber, 1000)
    .action(async (text: string[], options: Shared & SaidOfPair & { limit: number }) => {
      await withEngine(options, async (client, engine) => {
        const photoId = await sayOfPair(text.join(' '), options, client, engine)
        const answer = await client.pairs({ limit: photoId === null ? options.limit : mostListed })
        const pairs = answer.pairs.filter(pair => photoId === null || pair.photoId === photoId)
        print(options, { ...answer, pairs }, () => pairLines({ ...answer, pairs }))
      })
    })

  const models = addModelCommands({ add, print, withEngine, following, ask: deps.ask, err: deps.err })
  addModelCommand(models, { add, print, withEngine })

  add('settings', 'Show settings, or change them: reverie settings encoderThreads=2')
    .argument('[name=value...]')
    .action(async (changes: string[], options: Shared) => {
      await withEngine(options, async client => {
        const settings =
          changes.length === 0 ? await client.settings({}) : await client.changeSettings(parseChanges(changes))
        print(options, settings, () =>
          Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        )
      })
    })

  add('fit', 'Fit the map between pictures and words that a pack of separate encoders needs, from captions.')
    .argument('<pairs.jsonl>', 'lines with “image” and “captions” or “text”; for --mode paper a folder of features')
    .addOption(
      new Option('--mode <name>', 'for a pack, or the classic benchmark on ready features, which writes nothing')
        .choices(['pack', 'paper'])
        .default('pack')
    )
    .option('--pack <folder>', 'the model pack that the map is written into')
    .addOption(
      new Option('--method <name>', 'how: by correlation alone, or learned from there')
        .choices(['ssal', 'cca'])
        .default('ssal')
    )
    .option('--split <name>', 'only lines with this “split”')
    .option('--validation <name>', 'choose on the lines with this “split”; a tenth is held back when absent')
    .option('--seed <n>', 'another training', wholeNumber, 1)
    .option('--no-turns', 'do not train on turned photos: a quarter of the encoding')
    .option('--no-words', 'train no table of words')
    .action(async (file: string, options: Shared & FitFlags) => {
      if (options.mode === 'paper') {
        if (options.pack !== undefined)
          throw new EngineError(
            'bad-input',
            'The paper’s benchmark is on features and writes into no pack: leave --pack out.'
          )
        const line = new ProgressLine(deps.err)
        const { signal } = deps.ending
        const report = await interruptible(
          deps.ending,
          () => deps.fitPaper(resolve(file), options.seed, (step, steps) => line.show(training(step, steps)), signal),
          { cancel: () => Promise.resolve(), close: () => Promise.resolve() }
        ).finally(() => line.clear())
        print(options, report, () => paperLines(report))
        return
      }
      if (options.pack === undefined)
        throw new EngineError('bad-input', 'Say which pack the map is for: reverie fit <pairs.jsonl> --pack <folder>.')
      await withTools(options, async tools => {
        const line = new ProgressLine(deps.err)
        const { split = null, validation = null, method, seed, turns: hasRotations, words: hasWords } = options
        const report = await tools.fit(
          resolve(file),
          { split, validation, method, seed, hasRotations, hasWords },
          (done, total) => line.show(encoding(done, total)),
          ({ step, steps }) => line.show(training(step, steps))
        )
        line.clear()
        print(options, report, () => [
          ...fitLines(report),
          ...report.skipped.slice(0, 5).map(text => `Skipped: ${safe(text)}`)
        ])
      })
    })

  add('eval', 'Measure how well captions find their photos, and photos their captions.')
    .argument('<pairs.jsonl>')
    .option('--pack <folder or id>', 'the model pack; the active one when absent')
    .option(
      '--projector <version>',
      'a version of the library’s map, as reverie projectors lists it; the pack’s own when absent'
    )
    .option('--split <name>', 'only lines with this “split”')
    .action(async (file: string, options: Shared & { pack?: string; projector?: string; split?: string }) => {
      await withTools(options, async tools => {
        const line = new ProgressLine(deps.err)
        const report = await tools.evaluate(
          resolve(file),
          { split: options.split ?? null, projector: options.projector ?? null },
          (done, total) => line.show(encoding(done, total))
        )
        line.clear()
        print(options, report, () => [
          `${report.images} photos, ${report.texts} texts`,
          ...(['text_to_image', 'image_to_text'] as const).map(direction => {
            const { r1, r5, r10, mrr, median_rank } = report[direction]
            return `${direction.replaceAll('_', ' ')}: R@1 ${r1.toFixed(3)}  R@5 ${r5.toFixed(3)}  R@10 ${r10.toFixed(3)}  MRR ${mrr.toFixed(3)}  median rank ${median_rank}`
          })
        ])
      })
    })

  addLeftoverCommands({ add, print, withEngine })
  addTrainingCommands({ add, print, withEngine, following })

  add('serve', 'Open the same app as a page in the browser, on this machine only.')
    .option('--port <n>', 'the port; any free one when absent', wholeNumber, 0)
    .option('--no-open', 'do not open the browser')
    .action(async (options: Shared & { port: number; open: boolean }) => {
      await deps.serve({ data: options.data, models: options.models, port: options.port, open: options.open })
    })

  addOpenCommand({ add, print, findRunning: deps.findRunning, openBrowser: deps.openBrowser })

  return program
}

/** Of links that are to be answered: the rest is counted. */
const namedLinks = 20

/** As a person who cancels each, and not as a host that only closes: what was stopped does not go on by itself. */
async function cancelJobs({ client, ...engine }: Engine): Promise<void> {
  const running = (await client.jobs({})).filter(({ state }) => state !== 'ended')
  // One that ends at this moment is no longer there to be cancelled.
  for (const { jobId } of running) await client.cancelJob({ jobId }).catch(() => undefined)
  await engine.idle()
}

/** Adds the folders that are new, looks for changes in all, and follows the work to its end. */
async function indexFolders(folders: readonly string[], client: Client, isRebuild: boolean): Promise<void> {
  const known = new Set((await client.library({})).folders.map(({ path }) => path))
  const added = folders.map(folder => resolve(folder)).filter(folder => !known.has(folder))
  for (const path of added) await client.addFolder({ path })
  if (isRebuild) await client.rebuildLibrary({})
  else if (added.length === 0) await client.indexLibrary({})
}

interface SaidOfPair {
  readonly confirm?: string
  readonly reject?: string
  readonly forget?: string
}

/** As many as the engine lists at once. */
const mostListed = 10_000

/** @returns the photo that something was said of; null when the pairs are only to be listed */
async function sayOfPair(
  text: string,
  { confirm, reject, forget }: SaidOfPair,
  client: Client,
  engine: Engine
): Promise<number | null> {
  const photo = confirm ?? reject ?? forget
  if (photo === undefined && text === '') return null
  if (photo === undefined || text === '')
    throw new EngineError('bad-input', 'Say which photo and which text: reverie pairs --reject <photo> <text>.')
  const photoId = engine.findPath(resolve(photo))
  if (photoId === undefined)
    throw new EngineError('not-found', `The library has no photo ${resolve(photo)}. Nothing was changed.`)
  const verdict = confirm !== undefined ? 'confirmed' : reject !== undefined ? 'rejected' : null
  await client.confirmPair({ photoId, text, verdict })
  return photoId
}

async function openFile(client: Client, file: string): Promise<{ imageId: string }> {
  const found = await stat(file).catch(() => null)
  if (found?.isFile() !== true) throw new EngineError('not-found', `There is no file ${resolve(file)}.`)
  return client.openImage({ bytes: new Uint8Array(await readFile(file)) })
}

function searchLines(result: Omit<SearchResult, 'hits'> & { readonly hits: readonly PrintedHit[] }): string[] {
  const notices = {
    'no-model': 'No model is installed: only words were searched.',
    'no-common-space': 'The model has no map between pictures and words yet: run reverie fit.',
    'other-language':
      'The model was not made for the language of this question: it finds less by meaning; words still work.',
    'still-indexing': 'Some files are still waiting to be indexed: run reverie index.',
    'library-empty': 'The library is empty: run reverie index <folder>.',
    'question-cut': 'The question is very long: only the first of its words and filters were looked for.'
  } as const
  return [...hitLines(result.hits, result.hasEvidence), ...result.notices.map(notice => `(${notices[notice]})`)]
}

function counts({ eligible, indexed, failed, waiting, unreachable, excluded }: LibraryStatus): Counts {
  return { eligible, indexed, failed, waiting, unreachable, excluded }
}

function encoding(done: number, total: number): JobStatus {
  return {
    jobId: '',
    kind: 'index',
    state: 'running',
    stage: 'encode',
    done,
    total,
    failed: 0,
    encoded: done,
    startedMs: 0,
    perSecond: null,
    outcome: null,
    message: null
  }
}

function training(step: number, steps: number): JobStatus {
  return { ...encoding(step, steps), kind: 'train', stage: 'train' }
}

function parseChanges(changes: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    changes.map(change => {
      const at = change.indexOf('=')
      if (at < 1) throw new EngineError('bad-input', `“${change}” is not understood: write name=value.`)
      const value = change.slice(at + 1)
      try {
        return [change.slice(0, at), JSON.parse(value)] as const
      } catch {
        return [change.slice(0, at), value] as const
      }
    })
  )
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100
}
