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

/** Matches files of the engine by their path in its folder, and of what page and engine share by their name. */
const inEngine = (paths: string, shared: string | null = null): RegExp =>
  new RegExp(`^${engine}/${paths}${shared === null ? '' : `|^src/shared/${shared}`}`)

const contract = '(?!wire)'
const errors = 'errors\\.ts$'

const stage = (name: string, shared = errors, more = '', moreInWords = ''): Layer => ({
  files: inEngine(`stages/${name}/`),
  imports: inEngine(`(math/|base/(?!job-queue)${more})`, shared),
  rule: `the stage ${name} imports math, base and errors${moreInWords}, never another stage, a feature or the store`
})

const feature = (name: string, more: string, moreInWords: string): Layer => ({
  files: inEngine(`features/${name}/`),
  imports: inEngine(`(${more}${more === '' ? '' : '|'}stages/|store/|workers/|base/|math/)`, ''),
  rule: `the feature ${name} imports ${moreInWords}, and what features stand on; what else it needs of another feature it is given`
})

/**
 * From top to bottom. Read aloud: entries, hosts, the engine's door, its api, features, workers, stages and store and hub, base, mathematics
 * and what is shared with the page. A room imports what is below it; `shapeOf` sees to it that there is no way up and no circle.
 */
const layers: readonly Layer[] = [
  {
    files: /^src\/main\/(?!engine\/)/,
    imports: /^src\/(main\/(hosts\/|engine\/(engine|base\/(disk-trouble|config|telemetry-off))\.ts$)|shared\/)/,
    rule: 'entries and hosts reach the engine through engine.ts, and what is said once through shared and base/{disk-trouble,config,telemetry-off}'
  },
  {
    files: /^src\/(preload|renderer)\//,
    imports: /^src\/shared\//,
    rule: 'the page and its preload script import shared, and nothing else outside themselves'
  },
  {
    files: inEngine('engine\\.ts$'),
    imports: inEngine('', ''),
    rule: 'engine.ts joins the features; it knows no host, no preload script and no page'
  },
  {
    files: inEngine('api/'),
    imports: inEngine('(features|store|workers|base)/', ''),
    rule: 'the api imports features, and what they stand on'
  },
  feature('models', 'features/(indexing|projecting)/|hub/', 'indexing, projecting, hub'),
  feature('indexing', 'features/projecting/', 'projecting'),
  feature('learning', 'features/projecting/', 'projecting'),
  feature('searching', '', 'nothing of another feature'),
  feature('saying', 'features/projecting/', 'projecting'),
  feature('projecting', '', 'nothing of another feature'),
  {
    files: inEngine('workers/trainer[^/]*\\.ts$'),
    imports: inEngine('(workers|stages/train|stages/project|math|base)/', ''),
    rule: 'the trainer imports train and project'
  },
  {
    files: inEngine('workers/'),
    imports: inEngine(
      '(workers/|stages/(library|encode)/|stages/project/(projector|cohort)-file\\.ts$|math/|base/)',
      ''
    ),
    rule: 'the encoder imports library, encode and the formats of a projector and of a cohort; workers know neither the store nor the features'
  },
  // A training tells of itself in the contract's words: points, verdicts, devices.
  stage('train', contract, '|stages/project/', ', project and the types of the contract'),
  stage('search', contract, '', ' and the types of the contract'),
  stage('library'),
  stage('encode'),
  stage('project'),
  {
    files: inEngine('store/'),
    imports: inEngine('(math/|base/(?!job-queue))', contract),
    rule: 'the store imports math, base and the contract, and knows no stage'
  },
  {
    files: inEngine('hub/'),
    imports: inEngine('base/', contract),
    rule: 'hub imports base and the contract, and knows neither the store nor a stage'
  },
  {
    files: inEngine('base/domain\\.ts$'),
    imports: /^src\/shared\/(items|notes)\.ts$/,
    isClosed: 'all',
    rule: 'domain imports nothing but the chapters of the contract that name items, their formats and failures, and the parts of a note'
  },
  {
    files: inEngine('base/telemetry-off\\.ts$'),
    imports: nothing,
    isClosed: 'all',
    rule: 'telemetry-off imports nothing'
  },
  {
    files: inEngine('base/(hash-file|safe-files)\\.ts$'),
    imports: nothing,
    rule: 'hash-file and safe-files import nothing of ours'
  },
  {
    files: inEngine('base/(config|photo-texts|active-model)\\.ts$'),
    imports: inEngine('base/domain\\.ts$', contract),
    rule: 'config, photo-texts and active-model import no more than the types of domain and the contract'
  },
  {
    files: inEngine('base/'),
    imports: inEngine('base/', ''),
    rule: 'base is what all stand on, and imports shared only'
  },
  { files: inEngine('math/'), imports: nothing, isClosed: 'itself', rule: 'math imports nothing but itself' },
  {
    files: /^src\/shared\/errors\.ts$/,
    imports: nothing,
    isClosed: 'all',
    rule: 'errors imports nothing'
  },
  {
    files: /^src\/shared\//,
    imports: /^src\/shared\/errors\.ts$/,
    isClosed: 'itself',
    rule: 'what page and engine share imports nothing but itself'
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
    by: /^src\/(main\/(hosts\/desktop\/(electron|run))\.ts$|preload\/)/,
    rule: 'only hosts/desktop/{electron,run}.ts and the preload script import electron'
  },
  {
    packages:
      /^(sharp|onnxruntime-.*|@tensorflow\/.*|pdfjs-dist|mammoth|heic-decode|libheif-js|exifreader|exiftool-vendored|chardet|fflate|parse5|htmlparser2|postal-mime|unified|remark-.*|yaml|smol-toml|@huggingface\/tokenizers)$/,
    by: inEngine('(workers/|stages/(library/(photo|note|metadata)|encode|train/executors)/|base/onnx-runtime\\.ts$)'),
    rule: 'only workers, stages/{library/{photo,note,metadata},encode,train/executors} and base/onnx-runtime import what decodes untrusted bytes or runs models'
  },
  {
    packages: /^onnxruntime-/,
    by: inEngine('base/onnx-runtime\\.ts$'),
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
  return isInside || layer.imports.test(to) ? [] : [say(layer.rule)]
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
  if (/\/stages\/(?!search\/kernels\/)/.test(source.path)) found.push(...undocumented(source.path, statements))
  return found
}

/** Exported functions and classes of a stage without a word on shapes, units, ranges or errors. Of overloads the first has it. */
function undocumented(path: string, statements: readonly ts.Statement[]): string[] {
  const documented = new Set<string>()
  return statements.flatMap(node => {
    const names = namesOfFunctions(node)
    const isExported =
      ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (isExported !== true || names.every(name => documented.has(name))) return []
    for (const name of names) documented.add(name)
    return ts.getJSDocCommentsAndTags(node).length > 0
      ? []
      : names.map(name => `${path}: ${name} is exported by a stage and has no docstring`)
  })
}

function namesOfFunctions(node: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return [node.name?.text ?? '']
  if (!ts.isVariableStatement(node)) return []
  return node.declarationList.declarations.flatMap(({ name, initializer }) =>
    initializer !== undefined && ts.isArrowFunction(initializer) ? [name.getText()] : []
  )
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  )
}
