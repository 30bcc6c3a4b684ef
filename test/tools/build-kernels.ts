/**
 * Compiles the AssemblyScript kernels to resources/kernels/similarity.wasm. Silent when all is well, and does nothing when
 * the file beside it says that this source was compiled by this compiler already.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(import.meta.dirname, '../..')
const sourcePath = join(root, 'src/main/engine/stages/search/kernels/similarity.ts')
export const kernelsPath = join(root, 'resources/kernels/similarity.wasm')

/** No runtime, no allocator, no memory of its own beyond the first page: the caller lays the memory out. */
const compilerOptions = ['--enable', 'simd', '--runtime', 'stub', '-O3', '--noAssert', '--initialMemory', '1']

/** Returns whether anything had to be compiled. @throws Error with what the compiler said */
export async function buildKernels(outPath = kernelsPath): Promise<boolean> {
  const source = readFileSync(sourcePath, 'utf8')
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json') as { version: string }
  const recipe = createHash('sha256')
    .update([version, ...compilerOptions, source].join('\n'))
    .digest('hex')
  const recipePath = `${outPath}.sha256`
  const wanted = (wasm: Uint8Array) => `${recipe} ${createHash('sha256').update(wasm).digest('hex')}\n`
  if (existsSync(outPath) && existsSync(recipePath)) {
    if (readFileSync(recipePath, 'utf8') === wanted(readFileSync(outPath))) return false
  }
  const wasm = await compile(source)
  mkdirSync(dirname(outPath), { recursive: true })
  writeWhole(outPath, wasm)
  writeWhole(recipePath, wanted(wasm))
  return true
}

async function compile(source: string): Promise<Uint8Array> {
  // Loaded only when there is something to compile: the compiler takes half a second to start.
  // By a name that TypeScript does not follow: its types would declare AssemblyScript's own globals (an `at()` that always
  // finds something, for one) for the whole program.
  const compiler = import.meta.resolve('assemblyscript/asc')
  const { default: asc } = (await import(compiler)) as { default: Compiler }
  const written = new Map<string, Uint8Array>()
  const problems: string[] = []
  const { error } = await asc.main(['similarity.ts', '--outFile', 'similarity.wasm', ...compilerOptions], {
    readFile: name => (name === 'similarity.ts' ? source : null),
    writeFile: (name, contents) => void written.set(name, contents as Uint8Array),
    listFiles: () => [],
    stderr: { write: text => void problems.push(Buffer.from(text).toString()) }
  })
  const wasm = written.get('similarity.wasm')
  if (error !== null || wasm === undefined) throw new Error(`The kernels do not compile.\n${problems.join('')}`)
  return wasm
}

interface Compiler {
  main(
    options: readonly string[],
    files: {
      readFile(name: string): string | null
      writeFile(name: string, contents: Uint8Array | string): void
      listFiles(): string[]
      stderr: { write(text: Uint8Array | string): void }
    }
  ): Promise<{ readonly error: Error | null }>
}

/** Two builds at once must never leave half a file. */
function writeWhole(path: string, content: Uint8Array | string): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels()
