import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compileWorkers } from './compile-workers.ts'
import { indexedLibrary } from './indexed-library.ts'
import { sourceWorkers } from './source-workers.ts'

const root = resolve(import.meta.dirname, '../..')

/** Makes what many stories share and `test/.cache` keeps: otherwise the first files of all make it at once, each for itself. */
export async function prepareTests(): Promise<void> {
  const built = ['encoder', 'trainer'].map(name => resolve(root, `out/main/${name}.js`))
  await compileWorkers([...Object.values(sourceWorkers), ...built], resolve(root, 'test/.cache/compiled'))
  const scratch = await mkdtemp(join(tmpdir(), 'reverie-'))
  await indexedLibrary(join(scratch, 'files'), join(scratch, 'data'))
  await rm(scratch, { recursive: true })
}
