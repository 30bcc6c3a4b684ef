/** Opens so many new data folders below the given one, as soon as it is told to on its standard input. */
import { once } from 'node:events'
import { join } from 'node:path'
import { openStore } from '../../src/main/engine/store/database.ts'

const [folder = '', count = '0'] = process.argv.slice(2)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
for (let i = 0; i < Number(count); i++) openStore({ folder: join(folder, String(i)) }).close()
process.exit(0)
