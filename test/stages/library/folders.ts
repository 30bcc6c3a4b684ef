import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { FoundFile, FoundSidecar, OutsideLink, ScanProblem } from '../../../src/main/engine/base/domain.ts'
import type { LinkRules } from '../../../src/main/engine/stages/library/outside-links.ts'
import { scan } from '../../../src/main/engine/stages/library/scan.ts'

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
  signal: AbortSignal = new AbortController().signal,
  rules?: LinkRules
): Promise<{
  files: FoundFile[]
  containers: FoundFile[]
  sidecars: FoundSidecar[]
  paths: string[]
  problems: ScanProblem[]
  outside: OutsideLink[]
}> {
  const files: FoundFile[] = []
  const containers: FoundFile[] = []
  const sidecars: FoundSidecar[] = []
  const problems: ScanProblem[] = []
  const outside: OutsideLink[] = []
  for await (const entry of scan(folder, signal, rules)) {
    if ('file' in entry) files.push(entry.file)
    else if ('container' in entry) containers.push(entry.container)
    else if ('sidecar' in entry) sidecars.push(entry.sidecar)
    else if ('problem' in entry) problems.push(entry.problem)
    else if ('outside' in entry) outside.push(entry.outside)
  }
  return { files, containers, sidecars, paths: files.map(({ path }) => path), problems, outside }
}
