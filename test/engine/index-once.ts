/** A process that indexes a folder as the command line does, to be killed by a test: node index-once.ts <data> <models> <folder> */
import { indexAll, openRealEngine } from './real-engine.ts'

const [data = '', models = '', folder = ''] = process.argv.slice(2)
const engine = await openRealEngine(data, [models])
const known = (await engine.client.library({})).folders.length > 0
await indexAll(engine, known ? undefined : folder)
await engine.close()
