import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { archive, book, openDocument, presentation, shape, workbook } from './packages.ts'
import { readContent } from './read-any.ts'

describe('hostile documents cost nothing but themselves', () => {
  const entities = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${'b'
    .split('')
    .map(n => `<!ENTITY ${n} "${'&a;'.repeat(50)}">`)
    .join('')}]>`
  test.each([
    ['groups without end', 'a.rtf', `{\\rtf1 ${'{'.repeat(200_000)}`],
    ['elements without end', 'a.odt', openDocument('<text:span>'.repeat(200_000))],
    ['rows within rows', 'b.odt', openDocument(`<table:table-row>`.repeat(50_000))],
    ['entities of its own', 'a.opml', `<?xml version="1.0"?>${entities}<opml><outline text="&b;"/></opml>`],
    [
      'a chapter that is not there',
      'a.epub',
      archive({ mimetype: 'application/epub+zip', 'META-INF/container.xml': '<rootfile full-path="x"/>' })
    ],
    [
      'parts within parts',
      'a.eml',
      Array.from({ length: 300 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')
    ],
    ['cells without end', 'b.ipynb', `{"cells": ${'['.repeat(50_000)}`],
    ['quotes without end', 'a.csv', '"a,'.repeat(100_000)],
    ['marks without end', 'b.org', '*a'.repeat(200_000)],
    ['sections without end', 'b.tex', '\\section{'.repeat(100_000)],
    ['braces without end', 'a.tex', `\\section{${'{'.repeat(100_000)}`]
  ])('%s', async (_, name, content) => {
    const read = await readContent(name, content)
    const length = typeof read === 'string' || read.kind === 'failure' ? 0 : read.text.length
    expect(length).toBeLessThan(1_000_000)
  })

  const names = ['a.rtf', 'a.org', 'a.rst', 'a.adoc', 'a.tex', 'a.csv', 'a.eml', 'a.ipynb', 'a.opml', 'a.mdx'] as const
  const seeds: readonly string[] = [
    '{\\rtf1\\ansi ',
    "\\'e4{}\\u12 ?",
    '#+CAPTION: [[a]]\n',
    '====\n.. image:: x\n',
    'image::a[b]\n',
    '\\begin{a}{b}$',
    '"a",;\n',
    'From: a\r\n\r\n',
    '{"cells":[{}]}',
    '<opml><outline text="a"/>'
  ]
  test('whatever a text holds, it is read or refused in a sentence', async () => {
    const content = fc.array(fc.oneof(fc.constantFrom(...seeds), fc.string({ maxLength: 12 })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), content, async (name, parts) => {
        const text = parts.join('')
        const read = await readContent(name, text === '' ? 'x' : text)
        if (typeof read === 'string') return
        if (read.kind === 'failure') expect(read.reason, text).not.toMatch(/could not be read \(/)
        else expect(read.passages.length).toBeGreaterThan(0)
      }),
      { numRuns: 400 }
    )
  })

  test('a package with any byte changed is read or refused in a sentence', async () => {
    const packages = {
      'a.odt': openDocument('<text:p>One</text:p>'),
      'a.pptx': presentation([shape('title', 'One')], ['Two']),
      'a.xlsx': workbook({ One: '<row><c><v>1</v></c></row>' }, []),
      'a.epub': book({ 'a.xhtml': '<html><body><p>One</p></body></html>' })
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(packages) as (keyof typeof packages)[])),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, by) => {
          const bytes = Uint8Array.from(packages[name])
          bytes[at % bytes.length]! ^= by
          const read = await readContent(name, bytes)
          if (typeof read !== 'string' && read.kind === 'failure')
            expect(read.reason).not.toMatch(/could not be read \(/)
        }
      ),
      { numRuns: 300 }
    )
  })
})
