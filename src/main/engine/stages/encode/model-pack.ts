import { createHash } from 'node:crypto'
import { chmod, lstat, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, posix, sep } from 'node:path'
import type { EncoderCard, PackCard, ProjectorWeights, Tower } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { hashFile } from '../../base/hash-file.ts'
import { externalDataOf } from './external-data.ts'
import { type Manifest, manifestSchema, textDimension } from './manifest.ts'
import { BrokenGraph, outlineOf } from './onnx-outline.ts'

/** A model pack whose every file was found where it should be, with the content that its manifest names. */
export interface ModelPack extends Omit<PackCard, 'baseProjector' | 'neutralPhotos'> {
  readonly manifest: Manifest
  /** Of the base projector's file, checked; null when the pack has none. `parseProjector` reads them. */
  readonly projectorBytes: Uint8Array | null
  /** Of the file of neutral photos, the same. `parseCohort` reads them. */
  readonly cohortBytes: Uint8Array | null
}

const manifestName = 'model.json'

/** In bytes: more than any real pack needs, and less than what would hurt to read. */
export const packLimits = {
  manifest: 1 << 20,
  model: 2 ** 31,
  data: 2 ** 33,
  /** The largest that are common (256,000 tokens) take 35 MB. */
  tokenizer: 1 << 26,
  /** A thousand photos of 1,280 numbers take 5 MB. */
  cohort: 1 << 26,
  projector: 1 << 29
} as const

/** Changes when this code begins to turn the same file and settings into other vectors: old vectors are then made again. */
const encodingVersion = 1

/**
 * Reads and checks a model pack. No file of it is parsed before its sha256 was found right.
 *
 * @throws EngineError model-missing when there is no manifest, model-broken with what is wrong
 */
export async function readPack(folder: string): Promise<ModelPack> {
  const { root, manifest } = await readManifest(folder)
  const checked = new CheckedFiles(root)

  const models = [manifest.image.model, ...manifest.text.map(part => part.model)]
  for (const model of models) {
    await checked.add(model, packLimits.model)
    for (const data of model.data) await checked.add(data, packLimits.data)
    checkGraph(root, model)
  }
  for (const part of manifest.text) await checked.add(part.tokenizer, packLimits.tokenizer)
  const projector = manifest.baseProjector
  const { generalProbe, rehearsal, cohort } = manifest
  for (const own of [projector, generalProbe, rehearsal])
    if (own !== undefined) await checked.add(own, packLimits.projector)
  if (cohort !== undefined) await checked.add(cohort, packLimits.cohort)

  const { id, name, licence, languages, sharedSpace } = manifest
  return {
    ...{ id, name, licence, languages, sharedSpace, manifest },
    folder: root,
    ...packTowers(manifest),
    projectorBytes: projector === undefined ? null : await readFile(join(root, projector.file)),
    cohortBytes: cohort === undefined ? null : await readFile(join(root, cohort.file)),
    generalProbePath: generalProbe === undefined ? null : join(root, generalProbe.file),
    rehearsalPath: rehearsal === undefined ? null : join(root, rehearsal.file),
    sizeBytes: checked.sizeBytes
  }
}

/** Whether a folder says of itself that it is a model pack. */
export async function hasManifest(folder: string): Promise<boolean> {
  return (await lstat(join(folder, manifestName)).catch(() => null)) !== null
}

/** The towers as a manifest names them: enough to know what of them is stored, before any file is checked. */
export function packTowers({ image, text }: Manifest): { readonly image: EncoderCard; readonly text: EncoderCard } {
  return {
    image: encoderCard('image', image.dimension, withoutBatch(image)),
    text: encoderCard('text', textDimension(text), text.map(withoutBatch))
  }
}

/** The pack as the rest of the engine knows it. */
export function packCard(
  pack: ModelPack,
  baseProjector: ProjectorWeights | null,
  neutralPhotos: Float32Array | null = null
): PackCard {
  const { id, name, folder, licence, languages, sharedSpace, image, text, sizeBytes } = pack
  const { generalProbePath, rehearsalPath } = pack
  return {
    ...{ id, name, folder, licence, languages, sharedSpace, image, text, sizeBytes },
    ...{ baseProjector, generalProbePath, rehearsalPath, neutralPhotos }
  }
}

/** Makes these bytes the pack's base projector. The manifest changes last and at once, so the pack is whole at every moment. */
export async function savePackProjector(
  folder: string,
  bytes: Uint8Array,
  others: { readonly generalProbe: Uint8Array; readonly rehearsal: Uint8Array } | null = null
): Promise<void> {
  await saveOwnFiles(folder, {
    baseProjector: { name: 'projector', bytes },
    ...(others !== null && {
      generalProbe: { name: 'probe', bytes: others.generalProbe },
      rehearsal: { name: 'rehearsal', bytes: others.rehearsal }
    })
  })
}

/** Makes these bytes the pack's neutral photos, as `savePackProjector`. */
export function savePackCohort(folder: string, bytes: Uint8Array): Promise<void> {
  return saveOwnFiles(folder, { cohort: { name: 'cohort', bytes } })
}

type OwnFile = 'baseProjector' | 'generalProbe' | 'rehearsal' | 'cohort'
interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array
}

async function saveOwnFiles(folder: string, files: Readonly<Partial<Record<OwnFile, NamedBytes>>>): Promise<void> {
  const { manifest } = await readManifest(folder)
  const changed: Partial<Record<OwnFile, { file: string; sha256: string }>> = {}
  for (const [key, { name, bytes }] of Object.entries(files) as [OwnFile, NamedBytes][]) {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    changed[key] = { file: `${name}-${sha256.slice(0, 12)}.safetensors`, sha256 }
    await replaceFile(join(folder, changed[key].file), bytes)
  }
  await replaceFile(join(folder, manifestName), JSON.stringify({ ...manifest, ...changed }, null, 2) + '\n')
  for (const [key, kept] of Object.entries(changed)) {
    const previous = manifest[key as OwnFile]?.file
    if (previous !== undefined && previous !== kept.file) await rm(join(folder, previous), { force: true })
  }
}

/** What is added to a pack may be read by whoever may read its manifest: a pack outside the data folder may be for many. */
async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const { mode } = await stat(join(dirname(path), manifestName))
  await writeFile(`${path}.part`, content, { mode: 0o600 })
  await chmod(`${path}.part`, mode & 0o666)
  await rename(`${path}.part`, path)
}

async function readManifest(folder: string): Promise<{ root: string; manifest: Manifest }> {
  const root = await realpath(folder).catch(() => null)
  const path = join(folder, manifestName)
  const found = root === null ? null : await lstat(path).catch(() => null)
  if (root === null || found === null) {
    throw new EngineError(
      'model-missing',
      `There is no model in ${folder}: it has no ${manifestName}. Choose the folder that holds the model's files.`
    )
  }
  if (!found.isFile() || found.size > packLimits.manifest)
    throw broken(folder, `its ${manifestName} is not an ordinary small file`)
  const parsed = manifestSchema.safeParse(parseJson(await readFile(path, 'utf8')))
  if (parsed.success) return { root, manifest: parsed.data }
  const [issue] = parsed.error.issues
  throw broken(
    folder,
    `its ${manifestName} is not understood (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')})`
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Checks each file once, however often the manifest names it. */
class CheckedFiles {
  sizeBytes = 0
  readonly #root: string
  readonly #hashes = new Map<string, string>()

  constructor(root: string) {
    this.#root = root
  }

  async add(expected: { readonly file: string; readonly sha256: string }, limitBytes: number): Promise<void> {
    const { file } = expected
    let hash = this.#hashes.get(file)
    if (hash === undefined) {
      const path = await realpath(join(this.#root, file)).catch(() => null)
      if (path === null) throw broken(this.#root, `${file} is missing`)
      if (!path.startsWith(this.#root + sep)) throw broken(this.#root, `${file} leads out of the folder`)
      const { size, isFile } = await lstat(path).then(found => ({ size: found.size, isFile: found.isFile() }))
      if (!isFile) throw broken(this.#root, `${file} is not an ordinary file`)
      if (size > limitBytes) throw broken(this.#root, `${file} is larger than such a file can be`)
      hash = await hashFile(path)
      this.#hashes.set(file, hash)
      this.sizeBytes += size
    }
    if (hash !== expected.sha256) throw broken(this.#root, `${file} is damaged or was changed`)
  }
}

/** Of a graph that is not too large to open, whether it reads what the manifest lists and nothing else. */
function checkGraph(root: string, model: Manifest['image']['model']): void {
  const listed = new Set(model.data.map(data => data.file))
  let wanted: ReadonlySet<string>
  try {
    outlineOf(join(root, model.file))
    wanted = externalDataOf(join(root, model.file))
  } catch (error) {
    throw broken(root, `${model.file} ${error instanceof BrokenGraph ? error.message : 'is not an ONNX model'}`)
  }
  for (const location of wanted) {
    const file = posix.join(dirname(model.file), location)
    if (posix.isAbsolute(location) || !listed.has(file)) {
      throw broken(root, `${model.file} wants to read a file that the model does not list (${location.slice(0, 100)})`)
    }
  }
}

/** `id` is a sha256 over the content of every file and every setting that shapes a vector. */
function encoderCard(tower: Tower, dimension: number, settings: unknown): EncoderCard {
  const text = canonicalJson({ encodingVersion, tower, settings })
  return { id: createHash('sha256').update(text).digest('hex'), tower, dimension }
}

/** A larger batch gives the same vectors, and a renamed file too: only contents count. */
function withoutBatch(settings: object): unknown {
  return JSON.parse(
    JSON.stringify(settings, (key, value: unknown) => (key === 'maxBatch' || key === 'file' ? undefined : value))
  )
}

/** JSON with sorted keys: the same settings give the same text, however they were written. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  )
}

function broken(folder: string, what: string): EngineError {
  return new EngineError(
    'model-broken',
    `The model in ${folder} cannot be used: ${what}. Your library is unharmed. Install the model again, or choose another one.`
  )
}
