/**
 * `npm run bench` lists the benchmarks, `npm run bench <name> [arguments]` runs one. Each is a file beside this one that
 * exports `bench(arguments)`, prints what it measured, and sets the exit status when a bound of its own is broken.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { telemetryOff } from '../../src/main/engine/base/telemetry-off.ts'

interface Benchmark {
  readonly name: string
  /** The first sentence of the file's own comment. */
  readonly about: string
}

async function benchmarks(): Promise<Benchmark[]> {
  const names = (await readdir(import.meta.dirname)).filter(name => name.endsWith('.ts')).sort()
  const found = await Promise.all(
    names.map(async (file): Promise<Benchmark[]> => {
      const text = await readFile(join(import.meta.dirname, file), 'utf8')
      if (!/^export (async )?function bench\(/m.test(text)) return []
      const comment = /\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? ''
      const [about = ''] = comment
        .replace(/\s*\*\s*/g, ' ')
        .trim()
        .split(/(?<=[.:;])\s/)
      return [{ name: file.slice(0, -3), about }]
    })
  )
  return found.flat()
}

Object.assign(process.env, telemetryOff)
const [name, ...rest] = process.argv.slice(2)
const all = await benchmarks()
if (name === undefined) {
  for (const one of all) console.log(`${one.name.padEnd(16)}${one.about}`)
} else if (all.some(one => one.name === name)) {
  const module = (await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)) as {
    bench: (rest: readonly string[]) => Promise<void> | void
  }
  await module.bench(rest)
} else {
  console.error(`There is no benchmark “${name}”. There are: ${all.map(one => one.name).join(', ')}.`)
  process.exitCode = 2
}
