import Database from 'better-sqlite3'
import { statSync, writeFileSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { foldPath } from '../../src/main/engine/store/paths.ts'
import { indexAll, openRealEngine } from '../engine/real-engine.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { cachedFolder } from './cached-folder.ts'
import { buildDrawnPack } from './drawn-pack.ts'

const sources = [
  ...['src/main/engine', 'src/shared', 'test/stages/library/drawn', 'test/engine/real-engine.ts', 'package-lock.json'],
  ...['drawn-pack.ts', 'drawn-towers.ts', 'indexed-library.ts'].map(name => `test/tools/${name}`)
]

/**
 * The drawn library as the real engine has indexed it with the drawn pack: indexed once, then copied, for stories that begin
 * where indexing ends. The pack itself is not copied.
 *
 * @param files  a new folder for the photos and notes
 * @param data   a new data folder
 */
export async function indexedLibrary(files: string, data: string): Promise<DrawnLibrary> {
  const cached = await cachedFolder('indexed-library', sources, async making => {
    const models = await buildDrawnPack(join(making, 'models'))
    const { folder } = await drawLibrary(join(making, 'files'))
    const engine = await openRealEngine(join(making, 'data'), [models])
    await indexAll(engine, folder)
    await engine.close()
    for (const name of ['models', 'files']) await rm(join(making, name), { recursive: true })
  })
  const library = await drawLibrary(files)
  await cp(join(cached, 'data'), data, { recursive: true })
  moveFolder(resolve(data), library.folder)
  return library
}

/** Tells a data folder that its only library folder lies elsewhere, perhaps on another disk. */
function moveFolder(data: string, to: string): void {
  const database = new Database(join(data, 'reverie.db'))
  database.prepare('UPDATE folder SET path = ?, path_folded = ?').run(to, foldPath(to))
  database.prepare('UPDATE item SET device = ?').run(String(statSync(to).dev))
  database.close()
  writeFileSync(join(data, 'folders.json'), `${JSON.stringify({ folders: [to] }, null, 2)}\n`)
}
