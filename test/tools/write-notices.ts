/** Writes THIRD-PARTY-NOTICES.txt anew: `npm run notices`, after a change of the dependencies. */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { notices } from './licences/notices.ts'

const root = resolve(import.meta.dirname, '../..')
writeFileSync(join(root, 'THIRD-PARTY-NOTICES.txt'), notices(root))
