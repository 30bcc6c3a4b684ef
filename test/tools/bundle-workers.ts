import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { bundledPackages } from './bundled-packages.ts'
import { cachedFolder } from './cached-folder.ts'

const root = resolve(import.meta.dirname, '../..')

const sources = [
  ...['src/main/engine', 'src/shared', 'package.json', 'package-lock.json'],
  ...['test/tools/bundle-workers.ts', 'test/tools/bundled-packages.ts']
]

/** Made once for a state of the sources, in a second. @returns the folder with `encoder.js` and `trainer.js` */
export function bundleWorkers(): Promise<string> {
  return cachedFolder('source-workers', sources, async folder => {
    // Loaded only when there is something to bundle.
    const { build } = await import('vite')
    const { dependencies } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    const left = Object.keys(dependencies).filter(name => !bundledPackages.includes(name))
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      ssr: { noExternal: true, external: left },
      build: {
        ssr: true,
        outDir: folder,
        minify: false,
        rolldownOptions: {
          input: {
            encoder: resolve(root, 'src/main/engine/workers/encoder.ts'),
            trainer: resolve(root, 'src/main/engine/workers/trainer.ts')
          },
          external: [...left, new RegExp(`^(${left.join('|')}|@tensorflow)/`)],
          output: { entryFileNames: '[name].js' }
        }
      }
    })
  })
}
