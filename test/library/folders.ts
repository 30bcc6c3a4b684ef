import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { FoundFile, ScanProblem } from '../../src/main/engine/domain.ts'
import { scan } from '../../src/main/engine/library/scan.ts'

/** A new folder with these files in it, removed when the test ends. Keys are paths with '/', values their content. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reverie-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) write(folder, path, content)
  return folder
}

export function write(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

export async function scanAll(
  folder: string,
  signal: AbortSignal = new AbortController().signal
): Promise<{ files: FoundFile[]; paths: string[]; problems: ScanProblem[] }> {
  const files: FoundFile[] = []
  const problems: ScanProblem[] = []
  for await (const entry of scan(folder, signal)) {
    if ('file' in entry) files.push(entry.file)
    else problems.push(entry.problem)
  }
  return { files, paths: files.map(({ path }) => path), problems }
}
