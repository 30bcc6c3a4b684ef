import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { unfitLicences } from './tools/licences/fitting.ts'
import { noticedBundle } from './tools/licences/noticed-bundle.ts'
import { notices } from './tools/licences/notices.ts'
import { shippedPackages, type ShippedPackage } from './tools/licences/packages.ts'
import { temporaryFolder } from './tools/temporary-folder.ts'

const root = resolve(import.meta.dirname, '..')
const folder = temporaryFolder()

describe('the packages that reach people', () => {
  test('have licences that fit an app under the MIT licence', () => {
    const packages = shippedPackages(root)
    expect(packages.length).toBeGreaterThan(100)
    expect(unfitLicences(packages)).toEqual([])
  })

  test('are named in THIRD-PARTY-NOTICES.txt, as npm run notices writes it', () => {
    const written = readFileSync(join(root, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    expect(written === notices(root), 'THIRD-PARTY-NOTICES.txt is out of date: npm run notices').toBe(true)
  })

  test('hold no TensorFlow.js, which weighs more than everything else that Reverie needs', () => {
    expect(shippedPackages(root).filter(({ name }) => name.startsWith('@tensorflow/'))).toEqual([])
  })
})

describe('a licence', () => {
  const unfit = (licence: string, name = 'somebody'): string[] =>
    unfitLicences([{ name, version: '1.0.0', licence, folder: `node_modules/${name}`, isForSomeSystems: false }])

  test.each(['MIT', '(MIT OR GPL-3.0-or-later)', 'GPL-3.0-only OR (ISC AND Zlib)', '(MIT AND Zlib)'])(
    '%s fits',
    licence => expect(unfit(licence)).toEqual([])
  )

  test.each([
    'GPL-3.0-or-later',
    'MIT AND GPL-2.0-only',
    'MIT AND (GPL-2.0-only OR AGPL-3.0-only)',
    '',
    'BSD',
    '(MIT',
    'MIT)',
    'MIT ISC',
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'SEE LICENSE IN LICENSE',
    'UNLICENSED'
  ])('“%s” does not fit', licence => expect(unfit(licence)).toEqual([expect.stringContaining(`“${licence}”`)]))

  test('of the lesser GNU kind fits the libraries that stay files of their own, and no other', () => {
    expect(unfit('LGPL-3.0-or-later', '@img/sharp-libvips-linux-x64')).toEqual([])
    expect(unfit('Apache-2.0 AND LGPL-3.0-or-later', '@img/sharp-win32-x64')).toEqual([])
    expect(unfit('LGPL-3.0', 'libheif-js')).toEqual([])
    expect(unfit('LGPL-3.0', 'lgpl-js')).toHaveLength(1)
    expect(unfit('GPL-3.0', 'libheif-js')).toHaveLength(1)
  })
})

describe('the list of packages', () => {
  test('knows what is for development, what is for some systems, and what only those need', () => {
    const app = mkdtempSync(join(folder, 'app-'))
    lockOf(app, {
      '': { dependencies: { a: '1', native: '1' }, devDependencies: { tool: '1', svelte: '5' } },
      'node_modules/a': { version: '1.0.0', license: 'MIT', dependencies: { b: '1' } },
      'node_modules/a/node_modules/b': { version: '1.1.0', license: 'ISC', os: ['darwin', 'linux', 'win32'] },
      'node_modules/b': { version: '2.0.0', license: 'MIT', dev: true },
      'node_modules/native': { version: '1.0.0', license: 'MIT', optionalDependencies: { 'native-arm': '1' } },
      'node_modules/native-arm': { version: '1.0.0', license: 'MIT', cpu: ['arm64'], dependencies: { glue: '1' } },
      'node_modules/glue': { version: '3.0.0', license: '0BSD' },
      'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0', dev: true },
      'node_modules/svelte': { version: '5.0.0', license: 'MIT', dev: true }
    })
    const said = ({ name, version, isForSomeSystems }: ShippedPackage): string =>
      `${name} ${version}${isForSomeSystems ? ' on some' : ''}`
    expect(shippedPackages(app).map(said)).toEqual([
      'a 1.0.0',
      'b 1.1.0',
      'glue 3.0.0 on some',
      'native 1.0.0',
      'native-arm 1.0.0 on some',
      'svelte 5.0.0'
    ])
  })
})

describe('the notices', () => {
  test('give each text once, with the holders of every package that brings it, and of parts of packages too', () => {
    const app = mkdtempSync(join(folder, 'app-'))
    lockOf(app, {
      '': { dependencies: { a: '1', b: '1', c: '1', here: '1' } },
      'node_modules/a': { version: '1.0.0', license: 'ISC' },
      'node_modules/b': { version: '1.0.0', license: 'ISC' },
      'node_modules/c': { version: '1.0.0', license: 'MIT' },
      'node_modules/here': { version: '1.0.0', license: 'MIT', os: ['linux'] }
    })
    write(app, 'a/LICENSE', 'ISC License\n\nCopyright (c) Anna\n\nUse it\nas you like.\n')
    write(app, 'b/LICENCE.md', 'Copyright (c) 2020 Bert\r\n\r\nUse it as\r\nyou like.')
    write(app, 'b/fonts/LICENSE', 'Copyright (c) Carla\nOnly for reading.')
    write(app, 'b/node_modules/x/LICENSE', 'Not of b.')
    write(app, 'c/package.json', JSON.stringify({ author: { name: 'Dora' } }))
    const written = notices(app)
    expect(written).toContain('\nhere 1.0.0: MIT (on some systems)\n')
    expect(written).toContain(
      '\na 1.0.0\n  Copyright (c) Anna\nb 1.0.0\n  Copyright (c) 2020 Bert\n\n  Use it\n  as you like.\n'
    )
    expect(written).toContain('\nb 1.0.0 (fonts/LICENSE)\n  Copyright (c) Carla\n\n  Only for reading.\n')
    expect(written).toContain('\nc 1.0.0\n  Copyright (c) Dora\n\n  Permission is hereby granted')
    expect(written).not.toContain('Not of b.')
  })

  test('are refused where a package that is not under the MIT licence brings no text', () => {
    const app = mkdtempSync(join(folder, 'app-'))
    lockOf(app, {
      '': { dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0', license: 'Apache-2.0' }
    })
    write(app, 'a/package.json', '{}')
    expect(() => notices(app)).toThrow('a holds no text of its licence “Apache-2.0”.')
  })
})

describe('a build', () => {
  test('copies no package that the notices do not name', async () => {
    const app = mkdtempSync(join(folder, 'app-'))
    lockOf(app, { '': {}, 'node_modules/clsx': { version: '1.0.0', license: 'MIT', dev: true } })
    for (const name of ['clsx', '@other/tool']) {
      write(app, `${name}/package.json`, JSON.stringify({ name, type: 'module', exports: './index.js' }))
      write(app, `${name}/index.js`, `export const name = '${name}'`)
    }
    const built = async (imported: string): Promise<unknown> => {
      const entry = join(app, 'entry.js')
      writeFileSync(entry, `export { name } from '${imported}'`)
      const lib = { entry, formats: ['es'] as ['es'], fileName: 'built' }
      return build({ root: app, configFile: false, logLevel: 'silent', build: { lib }, plugins: [noticedBundle(app)] })
    }
    await built('clsx')
    await expect(built('@other/tool')).rejects.toThrow('@other/tool: in the bundle, and not in the notices')
  })
})

function lockOf(folder: string, packages: Readonly<Record<string, object>>): void {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
}

function write(folder: string, file: string, text: string): void {
  const path = join(folder, 'node_modules', file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
