import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import { bundledPackages } from './test/tools/bundled-packages.ts'
import { noticedBundle } from './test/tools/licences/noticed-bundle.ts'

const main = (name: string): string => resolve(import.meta.dirname, 'src/main', name)

const noticed = noticedBundle(import.meta.dirname)

export default defineConfig({
  main: {
    plugins: [noticed],
    build: {
      externalizeDeps: { exclude: bundledPackages },
      // Each worker is an entry of its own: a process is started from a file whose name the hosts know, never from a chunk.
      rolldownOptions: {
        input: {
          index: main('index.ts'),
          start: main('start.ts'),
          cli: main('cli.ts'),
          encoder: main('engine/workers/encoder.ts'),
          trainer: main('engine/workers/trainer.ts'),
          checkpointer: main('engine/store/checkpointer.ts')
        },
        output: { format: 'es' }
      }
    }
  },
  preload: {
    plugins: [noticed],
    build: {
      externalizeDeps: true,
      rolldownOptions: {
        input: { index: resolve(import.meta.dirname, 'src/preload/index.ts') },
        // A sandboxed window loads CommonJS only.
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: resolve(import.meta.dirname, 'src/renderer'),
    plugins: [svelte(), noticed],
    // electron-vite minifies nothing unless told; the page's script is 40 % smaller so.
    build: { minify: true, rolldownOptions: { input: resolve(import.meta.dirname, 'src/renderer/index.html') } }
  }
})
