import ts from 'typescript'
import { importsOf, parse, type Import, type Source } from './imports.ts'

/** A part of the program: which files belong to it, and what they may import. The first that a file's path matches is its layer. */
interface Layer {
  readonly files: RegExp
  /** Of our own files: what the layer may import beside itself. */
  readonly imports: RegExp
  /** No Node module and no package; with `all` not even its own files. */
  readonly isClosed?: 'all' | 'itself'
  /** In words, for whoever breaks it. */
  readonly rule: string
}

const engine = 'src/main/engine'
const nothing = /^$/

/** Matches files of the engine by their path in its folder. */
const inEngine = (paths: string): RegExp => new RegExp(`^${engine}/${paths}`)

const stage = (name: string, more = '', moreInWords = ''): Layer => ({
  files: inEngine(`${name}/`),
  imports: inEngine(`(math/|domain\\.ts$|errors\\.ts$${more})`),
  rule: `the stage ${name} imports math, domain, errors${more === '' ? '' : ` and ${moreInWords}`}, never another stage or the store`
})

const layers: readonly Layer[] = [
  {
    files: inEngine('(errors|domain)\\.ts$'),
    imports: nothing,
    isClosed: 'all',
    rule: 'errors and domain import nothing'
  },
  {
    files: inEngine('contract(\\.ts$|/)'),
    imports: inEngine('contract(\\.ts$|/)'),
    isClosed: 'itself',
    rule: 'the contract imports nothing but its own chapters'
  },
  {
    files: inEngine('wire\\.ts$'),
    imports: inEngine('contract(/[\\w-]+)?\\.ts$'),
    isClosed: 'itself',
    rule: 'wire says how the contract crosses to a page, and imports its types only'
  },
  { files: inEngine('math/'), imports: nothing, isClosed: 'itself', rule: 'math imports nothing but itself' },
  {
    files: inEngine('hash-file\\.ts$'),
    imports: nothing,
    rule: 'hash-file says once how a file is known by its content, and imports nothing of ours'
  },
  {
    files: inEngine('safe-files\\.ts$'),
    imports: nothing,
    rule: 'safe-files says once how a file is written whole, and imports nothing of ours'
  },
  {
    files: inEngine('disk-trouble\\.ts$'),
    imports: inEngine('errors\\.ts$'),
    rule: 'disk-trouble says once what a full or read-only disk means, and imports errors only'
  },
  {
    files: inEngine('telemetry-off\\.ts$'),
    imports: nothing,
    isClosed: 'all',
    rule: 'telemetry-off says once what keeps ONNX Runtime still, and imports nothing'
  },
  {
    files: inEngine('onnx-runtime\\.ts$'),
    imports: inEngine('telemetry-off\\.ts$'),
    rule: 'onnx-runtime loads ONNX Runtime with its telemetry off, and imports nothing else of ours'
  },
  {
    files: inEngine('photo-texts\\.ts$'),
    imports: inEngine('domain\\.ts$'),
    isClosed: 'itself',
    rule: 'photo-texts says once what of a photo is encoded as text, and imports the types of domain only'
  },
  {
    files: inEngine('config\\.ts$'),
    imports: inEngine('(contract(/[\\w-]+)?|domain)\\.ts$'),
    rule: 'config imports no more than the types of contract and domain'
  },
  stage('library'),
  stage('encode', '|(hash-file|onnx-runtime)\\.ts$', 'hash-file and onnx-runtime'),
  stage('project'),
  stage('hub', '|(hash-file|safe-files|disk-trouble)\\.ts$', 'hash-file, safe-files and disk-trouble'),
  stage('search', '|contract(/[\\w-]+)?\\.ts$', 'the types of contract'),
  // A training tells of itself in the contract's words: points, verdicts, devices.
  stage(
    'train',
    '|project/|(contract(/[\\w-]+)?|onnx-runtime)\\.ts$',
    'project, onnx-runtime and the types of contract'
  ),
  {
    files: inEngine('store/'),
    imports: inEngine('(math/|(domain|contract(/[\\w-]+)?|errors|disk-trouble|photo-texts)\\.ts$)'),
    rule: 'the store imports math, domain, contract, errors, disk-trouble and photo-texts, and knows no stage'
  },
  {
    files: inEngine('workers/trainer[^/]*\\.ts$'),
    imports: inEngine('(workers/|train/|project/|math/|(domain|contract(/[\\w-]+)?|errors|config)\\.ts$)'),
    rule: 'the trainer imports train and project'
  },
  {
    files: inEngine('workers/'),
    imports: inEngine(
      '(workers/|library/|encode/|project/projector-file\\.ts$|math/|(domain|contract(/[\\w-]+)?|errors|config|photo-texts|hash-file)\\.ts$)'
    ),
    rule: 'the encoder imports library, encode and the format of a projector; workers know neither the store nor the jobs'
  },
  {
    files: inEngine('jobs/'),
    imports: inEngine('(?!(engine|queries|commands|dispatch|inputs)\\.ts$)'),
    rule: 'jobs join stages to the store; they know neither the queries and commands nor the engine above them'
  },
  { files: inEngine(''), imports: inEngine(''), rule: 'the engine imports no host, no preload and no renderer' },
  {
    files: /^src\/main\//,
    imports: new RegExp(
      `^src/main/hosts/|^${engine}/(engine|contract(/[\\w-]+)?|wire|errors|disk-trouble|config|telemetry-off)\\.ts$`
    ),
    rule: 'entries and hosts reach the engine through engine.ts, contract, wire, errors, disk-trouble, config and telemetry-off; of the rest they may have types'
  },
  {
    files: /^src\/preload\//,
    imports: inEngine('(contract(/[\\w-]+)?|wire|errors)\\.ts$'),
    rule: 'the preload script imports contract, wire and errors'
  },
  {
    files: /^src\/renderer\//,
    imports: inEngine('(contract(/[\\w-]+)?|wire|errors)\\.ts$'),
    rule: 'the renderer imports contract, wire and errors, and nothing else outside itself'
  }
]

interface Reserved {
  readonly packages: RegExp
  readonly by: RegExp
  /** Others may still have its types. */
  readonly isTypeFree?: true
  readonly rule: string
}

/** Packages that only some files may import: a second native or untrusted-bytes library in the wrong process takes it down. */
const reserved: readonly Reserved[] = [
  {
    packages: /^electron$/,
    by: /^src\/(main\/(hosts\/electron|index)\.ts$|preload\/)/,
    rule: 'only hosts/electron.ts, index.ts and the preload script import electron'
  },
  {
    packages:
      /^(sharp|onnxruntime-.*|@tensorflow\/.*|pdfjs-dist|mammoth|heic-decode|libheif-js|exifreader|exiftool-vendored|fflate|parse5|unified|remark-.*|yaml|@huggingface\/tokenizers)$/,
    by: inEngine('(workers/|library/(photo|note|metadata)/|encode/|train/executors/|onnx-runtime\\.ts$)'),
    rule: 'only workers, library/{photo,note,metadata}, encode, train/executors and onnx-runtime import what decodes untrusted bytes or runs models'
  },
  {
    packages: /^onnxruntime-/,
    by: inEngine('onnx-runtime\\.ts$'),
    isTypeFree: true,
    rule: 'only onnx-runtime.ts loads ONNX Runtime, because it switches the telemetry of ONNX Runtime off first'
  },
  { packages: /^better-sqlite3$/, by: inEngine('store/'), rule: 'only the store knows SQLite' },
  { packages: /^@huggingface\/hub$/, by: inEngine('hub/'), rule: 'only hub asks the Hugging Face hub' }
]

const decoders = reserved[1]!
/** What the engine's own process starts with; worker entries are started as processes, never imported. */
const mainProcess = `${engine}/engine.ts`

/** Every breach of who may import whom and of the rules for one file, as sentences. None for a sound tree. */
export function breaches(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map(source => [source.path, importsOf(source)]))
  const wrong = sources.flatMap(source =>
    (imports.get(source.path) ?? []).flatMap(one => importBreaches(source.path, one))
  )
  return [...wrong, ...reachBreaches(imports), ...sources.flatMap(fileBreaches)]
}

function importBreaches(from: string, { to, kind }: Import): string[] {
  const say = (rule: string): string => `${from} → ${to}: ${rule}`
  const isOwn = to.startsWith('src/')
  const layer = layers.find(({ files }) => files.test(from))
  if (layer === undefined) return [`${from}: belongs to no part of the program that the architecture knows`]
  if (!isOwn) {
    if (layer.isClosed !== undefined) return [say(layer.rule)]
    return reserved
      .filter(({ packages, by, isTypeFree }) => packages.test(to) && !by.test(from) && !(isTypeFree && kind === 'type'))
      .map(({ rule }) => say(rule))
  }
  const isInside = layer.isClosed !== 'all' && layers.find(({ files }) => files.test(to)) === layer
  const isHost = /^src\/main\/(?!engine\/)/.test(from)
  const isHostType = isHost && kind === 'type' && to.startsWith(`${engine}/`)
  return isInside || isHostType || layer.imports.test(to) ? [] : [say(layer.rule)]
}

/** What the engine's process would load, followed through value imports. */
function reachBreaches(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const cameFrom = new Map<string, string | null>([[mainProcess, null]])
  const found: string[] = []
  for (const path of cameFrom.keys())
    for (const { to, kind } of imports.get(path) ?? []) {
      if (kind !== 'value') continue
      if (decoders.packages.test(to))
        found.push(
          `${[...wayTo(path, cameFrom), to].join(' → ')}: the engine's process must not load what decodes untrusted bytes or runs models`
        )
      else if (to.startsWith('src/') && !cameFrom.has(to)) cameFrom.set(to, path)
    }
  return found
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const before = cameFrom.get(path) ?? null
  return before === null ? [path] : [...wayTo(before, cameFrom), path]
}

const longestFileLines = 500

function fileBreaches(source: Source): string[] {
  const found: string[] = []
  const lines = source.text.split('\n').length - 1
  if (lines > longestFileLines) found.push(`${source.path}: ${lines} lines; ${longestFileLines} is a split`)
  if (/\b(TODO|FIXME)\b/.test(source.text)) found.push(`${source.path}: holds a TODO or FIXME; do it or write an issue`)
  if (!/\.(ts|svelte)$/.test(source.path)) return found

  const statements = [...parse(source).statements]
  if (statements.some(isDefaultExport)) found.push(`${source.path}: named exports only`)
  const isBarrel =
    statements.length > 0 &&
    statements.every(node => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
  const hasStar = statements.some(node => ts.isExportDeclaration(node) && node.exportClause === undefined)
  if (isBarrel || hasStar) found.push(`${source.path}: passes on what other files export; import it from where it is`)
  return found
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  )
}
