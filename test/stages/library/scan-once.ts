import { scan } from '../../../src/main/engine/stages/library/scan.ts'
import { isSystemFolder } from '../../../src/main/engine/stages/library/system-folders.ts'

/** Prints what a scan of a folder finds, as JSON: run in a process of its own, which may see other mounts than the test. */
const [folder = '', ...asked] = process.argv.slice(2)
const paths: string[] = []
const problems: unknown[] = []
for await (const entry of scan(folder, new AbortController().signal)) {
  if ('file' in entry) paths.push(entry.file.path)
  else if ('problem' in entry) problems.push(entry.problem)
}
const system: boolean[] = []
for (const one of asked) system.push(await isSystemFolder(one))
process.stdout.write(JSON.stringify({ paths, problems, system }))
