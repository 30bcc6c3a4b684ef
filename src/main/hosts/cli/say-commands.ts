import { Option } from 'commander'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { OwnWords } from '../../../shared/items.ts'
import type { SaidAnswer, SayInput } from '../../../shared/saying.ts'
import type { Engine } from '../../engine/engine.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Shared } from './command-deps.ts'
import type { Tools } from './tools.ts'
import { addList } from './list-command.ts'
import { countOfFiles, safe } from './print.ts'

interface SayFlags {
  readonly caption?: string
  readonly forgetCaption?: true
  readonly tag?: readonly string[]
  readonly untag?: readonly string[]
  readonly favourite?: true
  readonly notFavourite?: true
}

/** What the person says of photos and notes: captions, tags, favourites. */
export function addSayCommands(tools: Pick<Tools, 'add' | 'print' | 'withEngine'>): void {
  const { add, print, withEngine } = tools
  add('say', 'Say something of photos or notes: a caption, tags, a favourite. The files are not touched.')
    .argument('<file...>', 'files of the library')
    .addOption(new Option('--caption <text>', 'what the photos show').conflicts('forgetCaption'))
    .option('--forget-caption', 'take your caption back')
    .option('--tag <tag>', 'add a tag; may be given several times', several)
    .option('--untag <tag>', 'take a tag away, yours or the file’s; may be given several times', several)
    .addOption(new Option('--favourite', 'make it a favourite').conflicts('notFavourite'))
    .option('--not-favourite', 'it is a favourite no longer')
    .action(async (files: string[], options: Shared & SayFlags) => {
      const said = saidOf(options)
      if (Object.keys(said).length === 0)
        throw new EngineError(
          'bad-input',
          'Say what to keep: reverie say <file> --caption <text>, --tag <tag>, --untag <tag> or --favourite. Nothing was changed.'
        )
      await withEngine(options, async (client, engine) => {
        const itemIds = idsOf(files, engine)
        const { items } = await client.say({ itemIds, ...said })
        // What it means is encoded while the program is still here.
        await engine.idle()
        print(options, { items }, () => [
          `${items} of ${countOfFiles(itemIds.length)} changed; no file was touched. reverie said lists what you said.`
        ])
      })
    })

  addList(tools, 'said', 'What you said of photos and notes.', {
    ask: (client, limit) => client.said({ limit }),
    lines: saidLines
  })
}

/** What the person said, written for other programs. */
export function addExportCommands({ add, print, withEngine }: Pick<Tools, 'add' | 'print' | 'withEngine'>): void {
  add(
    'sidecars',
    'Write what you said of photos into XMP files beside them. No photo is touched; what a sidecar holds stays.'
  )
    .argument('[file...]', 'photos of the library')
    .option('--all', 'every photo of which you said something')
    .action(async (files: string[], options: Shared & { all?: true }) => {
      if ((files.length === 0) !== (options.all === true))
        throw new EngineError('bad-input', 'Say which photos: reverie sidecars <file>, or --all. Nothing was written.')
      await withEngine(options, async (client, engine) => {
        const done = await client.writeSidecars(options.all === true ? {} : { itemIds: idsOf(files, engine) })
        print(options, done, () => [
          `${done.written} written, ${done.same} as they were, ${done.failed.length} failed.`,
          ...done.failed.map(({ path, reason }) => `${safe(path)}\n    ${safe(reason)}`)
        ])
      })
    })

  add('export', 'Everything that you said, as JSON: words, verdicts, what is left out.')
    .argument('[file]', 'a new file; printed when absent')
    .action(async (file: string | undefined, options: Shared) => {
      await withEngine(options, async client => {
        const said = await client.exportSaid({})
        if (file === undefined) {
          print({ ...options, json: true }, said, () => [])
          return
        }
        const path = resolve(file)
        // Never over a file that is there.
        await writeFile(path, `${JSON.stringify(said, null, 2)}\n`, { flag: 'wx' }).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
          throw new EngineError('bad-input', `There is a file ${path} already. Nothing was written. Name another.`)
        })
        print(options, { path, entries: said.words.length + said.hits.length }, () => [`Written to ${path}.`])
      })
    })
}

/** @throws EngineError not-found for the first that is not in the library; nothing was changed then */
export function idsOf(files: readonly string[], engine: Pick<Engine, 'findPath'>): number[] {
  return files.map(file => {
    const itemId = engine.findPath(resolve(file))
    if (itemId === undefined)
      throw new EngineError('not-found', `The library has no file ${resolve(file)}. Nothing was changed.`)
    return itemId
  })
}

function saidOf({ caption, forgetCaption, tag, untag, favourite, notFavourite }: SayFlags): Omit<SayInput, 'itemIds'> {
  return {
    ...(caption !== undefined && { caption }),
    ...(forgetCaption && { caption: null }),
    ...(tag && { addTags: tag }),
    ...(untag && { removeTags: untag }),
    ...(favourite && { isFavourite: true }),
    ...(notFavourite && { isFavourite: false })
  }
}

function saidLines({ entries, total }: SaidAnswer): string[] {
  if (total === 0) return ['You have said nothing yet: reverie say <file> --caption <text>.']
  return [
    ...entries.flatMap(({ items, contentHash, ...own }) => [...namesOf({ items, contentHash }), ...wordsLines(own)]),
    ...(total > entries.length ? [`and ${total - entries.length} more`] : [])
  ]
}

/** The files with a content, or that there are none now. */
export function namesOf({
  items,
  contentHash
}: Pick<SaidAnswer['entries'][number], 'items' | 'contentHash'>): string[] {
  return items.length === 0
    ? [`a file that is not in the library now (${contentHash.slice(0, 12)})`]
    : items.map(({ path }) => safe(path))
}

function wordsLines({ caption, addedTags, removedTags, isFavourite }: OwnWords): string[] {
  const list = (tags: readonly string[]): string => tags.map(safe).join(', ')
  return [
    ...(isFavourite ? ['    favourite'] : []),
    ...(caption === null ? [] : [`    “${safe(caption.replaceAll('\n', ' '))}”`]),
    ...(addedTags.length === 0 ? [] : [`    tags: ${list(addedTags)}`]),
    ...(removedTags.length === 0 ? [] : [`    not: ${list(removedTags)}`])
  ]
}

/** For an option that may be given several times. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
