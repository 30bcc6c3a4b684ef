import { readFile, stat } from 'node:fs/promises'
import { decodeText } from '../encoding.ts'
import { noteLimits } from '../limits.ts'
import { checkNoteSize } from '../note-size.ts'
import { Refusal } from '../refusal.ts'

/** @param what  what the file is, for the person: `canvas`. @throws Refusal corrupt when it is not JSON */
export function parseJson(json: string, what: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new Refusal('corrupt', `This ${what} is damaged: it is not valid JSON.`)
  }
}

/** @param path  absolute @throws Refusal too-large, corrupt; the file system's error */
export async function readJsonFile(path: string, what: string): Promise<unknown> {
  checkNoteSize((await stat(path)).size, 'text', noteLimits)
  return parseJson(decodeText(await readFile(path)), what)
}
