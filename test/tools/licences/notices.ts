import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shippedPackages, type ShippedPackage } from './packages.ts'

/** A licence text that a package brings. */
interface Text {
  /** Of a part of the package, the path of the text in it; empty for the package's own. */
  readonly part: string
  /** Lines that name who holds the rights, as they stand in the text. */
  readonly holders: readonly string[]
  /** All other lines. */
  readonly terms: string
}

/**
 * THIRD-PARTY-NOTICES.txt: every package that reaches people with Reverie, and the licence texts. Packages that have the same terms
 * share them, and each names its own holders. The file is the same on every system: packages for some systems only are listed with
 * the rest, and their texts stay in the packages.
 *
 * @param root  of the app, with its production dependencies installed
 */
export function notices(root: string): string {
  const packages = shippedPackages(root)
  const byTerms = new Map<string, { readonly terms: string; readonly carriers: string[] }>()
  for (const one of packages.filter(({ isForSomeSystems }) => !isForSomeSystems))
    for (const { part, holders, terms } of textsOf(root, one)) {
      const key = terms.replace(/\s+/g, ' ').toLowerCase()
      const entry = byTerms.get(key) ?? { terms, carriers: [] }
      byTerms.set(key, entry)
      entry.carriers.push(
        [`${one.name} ${one.version}${part === '' ? '' : ` (${part})`}`, ...holders.map(line => `  ${line}`)].join('\n')
      )
    }
  const list = packages.map(
    ({ name, version, licence, isForSomeSystems }) =>
      `${name} ${version}: ${licence}${isForSomeSystems ? ' (on some systems)' : ''}`
  )
  const texts = [...byTerms.values()].map(({ terms, carriers }) => `${carriers.join('\n')}\n\n${indented(terms)}`)
  return `${[opening, list.join('\n'), ...texts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

const opening = `Third-party notices

Reverie itself is under the MIT licence (LICENSE). The packages below reach a person together with Reverie: they are
installed by npm ci --omit=dev, or the build copies them into the page. npm run notices writes this file from
package-lock.json and the installed packages.

A package for some systems only (native libraries, Node itself) holds its own licence texts. The README of
@img/sharp-libvips-* lists the libraries inside of libvips. ONNX Runtime lists the libraries inside of it in
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt. exiftool-vendored.pl holds ExifTool, which is
a program of its own under the terms of Perl.`

/** All licence files of a package, its subfolders' too; without any, the standard text of what the package states. */
function textsOf(root: string, { name, licence, folder }: ShippedPackage): Text[] {
  const path = join(root, folder)
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map(file => file.replaceAll('\\', '/'))
    .filter(
      file =>
        /^(.*\/)?(licen[cs]e|copying|notice)[^/]*(?<!\.[cm]?[jt]s)$/i.test(file) && !/(^|\/)node_modules\//.test(file)
    )
    .sort()
  if (files.length > 0)
    return files.map(file => ({
      part: file.includes('/') ? file : '',
      ...split(readFileSync(join(path, file), 'utf8'))
    }))
  if (licence !== 'MIT') throw new Error(`${name} holds no text of its licence “${licence}”.`)
  const { author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly author?: string | { readonly name: string }
  }
  const holder = knownHolders[name] ?? (typeof author === 'object' ? author.name : author) ?? `the authors of ${name}`
  return [{ part: '', holders: [`Copyright (c) ${holder}`], terms: mit }]
}

/** As the source files of a package say, where its package.json names only who maintains the package. */
const knownHolders: Readonly<Record<string, string>> = {
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-node': 'Microsoft Corporation'
}

function split(text: string): Omit<Text, 'part'> {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map(line => line.trimEnd())
  const holders = lines.filter(isHolder)
  // Long texts (Apache, GNU) name holders within, and some texts begin each line alike: those stay whole.
  const isSplit = lines.length <= longestSplitText && holders.length <= mostHolders
  const terms = isSplit ? lines.filter(line => !isHolder(line) && !isTitle(line)) : lines
  return {
    holders: isSplit ? holders.map(line => line.replace(/^[\s*#>-]+/, '')) : [],
    terms: terms
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .replace(/^\n+|\n+$/g, '')
  }
}

/** Lines: the MIT, ISC and BSD licences have fewer. */
const longestSplitText = 60
const mostHolders = 6

function isHolder(line: string): boolean {
  return /^\W*(copyright\b|\(c\)|©)/i.test(line) && !/^\W*copyright (holder|notice|owner)/i.test(line)
}

function isTitle(line: string): boolean {
  return /^\W*(the )?(mit|isc|bsd[\w -]*)( licen[cs]e)?( \(mit\))?\W*$/i.test(line)
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
