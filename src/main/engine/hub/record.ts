import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../base/safe-files.ts'

/**
 * What a finished installation found: the commit, and every file's size and sha256. It outlives the pack, so that a later
 * installation of the same offer gets the same bytes or none, whatever the server says by then. See [Note: what is trusted].
 */
const recordSchema = z.strictObject({
  format: z.literal(1),
  repository: z.string(),
  /** As the catalogue asked for it: another revision there is another model, and begins a new record. */
  revision: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  files: z.array(
    z.strictObject({
      path: z.string(),
      sizeBytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/)
    })
  )
})

export type InstallRecord = z.infer<typeof recordSchema>

const recordPath = (packsFolder: string, offerId: string): string => join(packsFolder, '.records', `${offerId}.json`)

/** null when the offer was never installed here, at this revision. */
export async function readRecord(
  packsFolder: string,
  offer: { readonly id: string; readonly repository: string; readonly revision: string }
): Promise<InstallRecord | null> {
  const text = await readFile(recordPath(packsFolder, offer.id), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  // A damaged record is a bug or a bad disk: to go on without it would trust the server anew, in silence.
  const record = recordSchema.parse(JSON.parse(text))
  return record.repository === offer.repository && record.revision === offer.revision ? record : null
}

export async function writeRecord(packsFolder: string, offerId: string, record: InstallRecord): Promise<void> {
  const path = recordPath(packsFolder, offerId)
  await mkdir(dirname(path), { recursive: true })
  await writeWhole(path, JSON.stringify(record, null, 2) + '\n')
}
