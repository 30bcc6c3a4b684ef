/**
 * A process that opens the real engine as a host does, asks what a person asks first, and says when each thing was there:
 * `node first-answer.ts <data folder> <folder with packs>`. It loads nothing that a host does not load.
 */
import { resolve } from 'node:path'
import { openEngine } from '../../src/main/engine/engine.ts'
import { nodeWorkers } from '../../src/main/hosts/processes.ts'

const root = resolve(import.meta.dirname, '../..')
const [dataFolder = '', packs = ''] = process.argv.slice(2)

const engine = await openEngine({
  dataFolder,
  modelFolders: [packs],
  resourcesFolder: resolve(root, 'resources'),
  startWorker: nodeWorkers({ encoder: resolve(root, 'src/main/engine/workers/encoder.ts') })
})
console.log('ready')
engine.on('modelChanged', () => console.log('model'))
const { hits } = await engine.client.search({ text: 'a dog runs on the beach' })
const isByMeaning = hits.some(({ reasons }) => reasons.some(({ kind }) => kind === 'picture' || kind === 'meaning'))
const { user, system } = process.cpuUsage()
console.log(`answer ${isByMeaning ? 'meaning' : 'words'} ${Math.round((user + system) / 1000)}`)
await engine.close()
