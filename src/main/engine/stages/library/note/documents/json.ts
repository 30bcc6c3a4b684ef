import { Refusal } from '../refusal.ts'

/** @param what  what the file is, for the person: `canvas`. @throws Refusal corrupt when it is not JSON */
export function parseJson(json: string, what: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new Refusal('corrupt', `This ${what} is damaged: it is not valid JSON.`)
  }
}
