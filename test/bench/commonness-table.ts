import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseCommonness, type Commonness } from '../../src/main/engine/stages/search/commonness.ts'

/** The table that ships with the app. */
export function commonnessTable(): Commonness {
  const path = resolve(import.meta.dirname, '../../resources/commonness.txt')
  const table = parseCommonness(readFileSync(path, 'utf8'))
  if (table === null) throw new Error(`${path} is no table of stems.`)
  return table
}
