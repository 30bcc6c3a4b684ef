/** A process that changes the model as the command line does, to be killed by a test: node prepare-once.ts <data> <pack id> <models…> */
import { openRealEngine } from './real-engine.ts'

const [data = '', packId = '', ...models] = process.argv.slice(2)
const engine = await openRealEngine(data, models)
await engine.client.activateModel({ packId })
await engine.idle()
await engine.close()
