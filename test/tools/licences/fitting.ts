import type { ShippedPackage } from './packages.ts'

/** SPDX identifiers of licences that ask for no more than a notice. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Zlib'
])

/** Packages that state something other than SPDX, and what the text in the package is. */
const stated: Readonly<Record<string, string>> = { 'duck BSD': 'BSD-2-Clause' }

/**
 * The GNU Lesser General Public License fits where the library stays a file of its own, which a person can replace. Each of these is
 * loaded from node_modules at run time: libheif as WebAssembly, libvips as a shared library or inside of sharp's own package.
 */
const lesserGnu: readonly RegExp[] = [/^libheif-js$/, /^@img\/sharp-(libvips-.*|wasm32|win32-.*)$/]

/** A sentence for each package whose licence does not fit an app under the MIT licence. */
export function unfitLicences(packages: readonly ShippedPackage[]): string[] {
  return packages.flatMap(({ name, version, licence }) => {
    const isLesserGnuAllowed = lesserGnu.some(pattern => pattern.test(name))
    const isAllowed = (id: string): boolean =>
      permissive.has(id) || (isLesserGnuAllowed && /^LGPL-3\.0(-or-later)?$/.test(id))
    return fits(stated[`${name} ${licence}`] ?? licence, isAllowed)
      ? []
      : [`${name} ${version}: its licence “${licence}” is not among those that fit (test/tools/licences/fitting.ts)`]
  })
}

/** Evaluates an SPDX expression of identifiers, AND, OR and parentheses. Whatever else it holds does not fit. */
function fits(expression: string, isAllowed: (id: string) => boolean): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const one = (): boolean => {
    const token = tokens[at++] ?? ''
    if (token !== '(') return isAllowed(token)
    const inside = either()
    return tokens[at++] === ')' && inside
  }
  const both = (): boolean => {
    let isFit = one()
    while (tokens[at] === 'AND' && ++at > 0) isFit = one() && isFit
    return isFit
  }
  const either = (): boolean => {
    let isFit = both()
    while (tokens[at] === 'OR' && ++at > 0) isFit = both() || isFit
    return isFit
  }
  const isFit = either()
  return isFit && at === tokens.length
}
