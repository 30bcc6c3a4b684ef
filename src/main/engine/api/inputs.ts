import { z } from 'zod'
import { config } from '../base/config.ts'
import type { Input, Method } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { pageLanguages } from '../../../shared/settings.ts'
import { isHubAddress } from '../base/hub-address.ts'

/** Longer than any path or query that a person means; shorter than what could hurt. */
const path = z
  .string()
  .min(1)
  .max(4096)
  .refine(text => !text.includes('\0'), 'must not contain a NUL character')
const id = z.int().positive().max(Number.MAX_SAFE_INTEGER)
const someIds = z.array(id).min(1).max(10_000)
const somePaths = z.array(path).min(1).max(10_000)
/** What XML, a file name or a line of a terminal cannot hold; a caption may have line breaks and tabs. */
const unwritable = (allowed: string): RegExp => new RegExp(`[^\\P{Cc}${allowed}]|[\\ufeff\\ufffd\\ufffe\\uffff]`, 'u')
const written = (most: number, allowed: string) =>
  z
    .string()
    .transform(text => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .refine(text => text !== '', 'must not be empty')
    .refine(text => text.length <= most, `must not be longer than ${most.toLocaleString('en')} characters`)
    .refine(text => !unwritable(allowed).test(text), 'must not contain control characters')
    .refine(text => text.isWellFormed(), 'must be whole characters')
/** As long as what is read of a file: see read-metadata.ts. */
const caption = written(10_000, '\\n\\t')
const tags = z.array(written(200, '')).max(300)
const nothing = z.strictObject({})
/** What may be pasted into the bar; how much of it is looked up is for search to say. */
const question = z.string().max(1_000_000)
const limit = z.int().min(1).max(10_000).optional()

/** Whether two types are the same, field by field: also whether a field may be left out, and what it may be. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- T has the compiler compare A and B by identity
type Same<A, B> = (<T>() => T extends Writable<A> ? 1 : 2) extends <T>() => T extends Writable<B> ? 1 : 2 ? true : false

/** `readonly` says what a receiver must not do; a checked input is as good with it as without. */
type Writable<T> = T extends Uint8Array
  ? Uint8Array
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T

/** No schema is one of these: the compiler's message names what the contract has. */
interface NotAsInContract<Wanted> {
  readonly wanted: Wanted
}

type Tied<S extends Record<Method, z.ZodType>> = {
  readonly [M in keyof S]: M extends Method
    ? Same<z.output<S[M]>, Input<M>> extends true
      ? unknown
      : NotAsInContract<Input<M>>
    : NotAsInContract<'no method of this name'>
}

/**
 * A schema for every method, each exactly as the contract has the method's input: a field that is missing, too much, called
 * otherwise or of another type does not compile.
 */
function tied<S extends Record<Method, z.ZodType>>(schemas: S & Tied<S>): S {
  return schemas
}

const ownWords = { caption: caption.nullable(), addedTags: tags, removedTags: tags, isFavourite: z.boolean() }

/** Every input is checked here, once, where it enters: nothing behind this line asks again. */
const schemas = tied({
  search: z.strictObject({
    text: question,
    imageId: z.string().max(64).optional(),
    limit: z.int().min(1).max(config.maximumLimit).optional(),
    wordsOnly: z.boolean().optional(),
    oldestFirst: z.boolean().optional(),
    withStacks: z.boolean().optional()
  }),
  suggest: z.strictObject({ text: question, caret: z.int().min(0).max(1_000_000) }),
  searches: nothing,
  item: z.strictObject({ itemId: id, text: question.optional() }),
  noteText: z.strictObject({ itemId: id, text: question.optional(), part: z.int().min(0).optional() }),
  library: nothing,
  failures: z.strictObject({ limit }),
  excluded: z.strictObject({ limit }),
  outsideLinks: z.strictObject({ limit }),
  unreachable: z.strictObject({ limit }),
  said: z.strictObject({ limit, itemIds: someIds.optional() }),
  verdicts: z.strictObject({ limit }),
  exportSaid: nothing,
  jobs: nothing,
  models: nothing,
  offers: nothing,
  settings: nothing,
  pairs: z.strictObject({ limit }),
  projectors: nothing,
  run: nothing,
  devices: z.strictObject({ isAnew: z.boolean().optional() }),
  leftovers: nothing,
  browse: z.strictObject({ path: path.optional() }),
  addFolder: z.strictObject({ path }),
  removeFolder: z.strictObject({ folderId: id }),
  indexLibrary: nothing,
  retryFailed: z.strictObject({ itemIds: z.array(id).max(100_000).optional() }),
  rebuildLibrary: nothing,
  exclude: z.union([z.strictObject({ itemIds: someIds }), z.strictObject({ paths: somePaths })]),
  include: z.strictObject({ excludedIds: someIds.optional(), paths: somePaths.optional() }),
  answerOutsideLinks: z.strictObject({
    linkIds: z.array(z.string().max(64)).min(1).max(10_000),
    answer: z.enum(['included', 'left-out'])
  }),
  forgetUnreachable: z.strictObject({ paths: somePaths.optional() }),
  recallForgotten: z.strictObject({ forgottenMs: z.int().min(0).optional() }),
  say: z
    .strictObject({
      itemIds: someIds,
      caption: caption.nullable().optional(),
      addTags: tags.optional(),
      removeTags: tags.optional(),
      isFavourite: z.boolean().optional()
    })
    .refine(
      said => Object.entries(said).some(([name, one]) => name !== 'itemIds' && one !== undefined),
      'says nothing'
    ),
  putWords: z.strictObject({
    words: z
      .array(
        z.union([
          z.strictObject({ itemId: id, ...ownWords }),
          z.strictObject({ contentHash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256'), ...ownWords })
        ])
      )
      .min(1)
      .max(10_000)
  }),
  judge: z.strictObject({
    text: z.string().max(config.longestQuestion),
    imageId: z.string().max(64).optional(),
    itemIds: someIds,
    verdict: z.enum(['right', 'wrong']).nullable()
  }),
  writeSidecars: z.strictObject({ itemIds: someIds.optional() }),
  takeBackVerdicts: z.strictObject({ verdictIds: someIds }),
  openImage: z.union([
    z.strictObject({ bytes: z.instanceof(Uint8Array).refine(bytes => bytes.byteLength > 0, 'must not be empty') }),
    z.strictObject({ itemId: id }),
    z.strictObject({ path })
  ]),
  rememberSearch: z.strictObject({ text: question }),
  saveSearch: z.strictObject({ text: question, isSaved: z.boolean() }),
  forgetSearches: nothing,
  activateModel: z.strictObject({ packId: z.string().max(200).nullable() }),
  installModel: z.strictObject({ offerId: z.string().max(64), hasConsent: z.boolean() }),
  removeModel: z.strictObject({ packId: z.string().min(1).max(200) }),
  addModel: z.strictObject({
    folder: path,
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots, dashes and underscores')
      .optional(),
    name: z.string().trim().min(1).max(100).optional(),
    licence: z.string().trim().min(1).max(500).optional(),
    languages: z.array(z.string().trim().min(2).max(35)).max(300).optional(),
    prefer: z.enum(['fp32', 'fp16', 'int8']).optional()
  }),
  forgetModelEmbeddings: z.strictObject({ packId: z.string().min(1).max(200) }),
  trainProjector: z.strictObject({
    device: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']).optional(),
    seed: z.int().min(0).max(0xffff_ffff).optional()
  }),
  activateProjector: z.strictObject({ versionId: id.nullable() }),
  confirmPair: z.strictObject({
    photoId: id,
    text: z.string().trim().min(1).max(20_000),
    noteId: id.nullable().optional(),
    verdict: z.enum(['confirmed', 'rejected']).nullable()
  }),
  cancelJob: z.strictObject({ jobId: z.string().max(64) }),
  pauseJob: z.strictObject({ jobId: z.string().max(64) }),
  resumeJob: z.strictObject({ jobId: z.string().max(64) }),
  changeSettings: z.strictObject({
    encoderThreads: z.int().min(1).max(64).nullable().exactOptional(),
    watchFolders: z.boolean().exactOptional(),
    hubUrl: z
      .string()
      .max(500)
      .refine(
        isHubAddress,
        'must be an https address, or an http address on this machine, without a user name or a query'
      )
      .nullable()
      .exactOptional(),
    isOffline: z.boolean().exactOptional(),
    language: z.enum(pageLanguages).nullable().exactOptional()
  }),
  settleLeftovers: z.strictObject({ hasConsent: z.boolean() })
})

/** @throws EngineError bad-input that names the field and what is wrong with it */
export function checkInput<M extends Method>(method: M, input: unknown): Input<M> {
  const result = schemas[method].safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw new EngineError(
    'bad-input',
    `${method}: ${field === '' ? '' : `${field}: `}${issue?.message ?? 'not understood'}`
  )
}
