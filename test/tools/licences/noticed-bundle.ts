import type { Plugin } from 'vite'
import { shippedPackages } from './packages.ts'

/**
 * Fails a build that copies a package into a bundle which THIRD-PARTY-NOTICES.txt does not name. The build thereby also tells when
 * a library that should stay in node_modules is copied because it is no longer a dependency.
 *
 * @param root  of the app
 */
export function noticedBundle(root: string): Plugin {
  const noticed = new Set(shippedPackages(root).map(({ name }) => name))
  return {
    name: 'noticed-bundle',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap(output =>
        output.type === 'chunk' ? Object.keys(output.modules) : []
      )
      const unnoticed = new Set(modules.map(packageOf).filter(name => name !== null && !noticed.has(name)))
      if (unnoticed.size > 0)
        this.error(
          `${[...unnoticed].join(', ')}: in the bundle, and not in the notices. If the package belongs there, name it in ` +
            'test/tools/licences/packages.ts, and npm run notices.'
        )
    }
  }
}

/** The package that a module is of; null for a module of the app. */
function packageOf(module: string): string | null {
  return /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(module)?.[1]?.replace('\\', '/') ?? null
}
