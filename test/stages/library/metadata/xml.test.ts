import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseXmp } from '../../../../src/main/engine/stages/library/metadata/xmp.ts'
import { parseXml } from '../../../../src/main/engine/stages/library/metadata/xml.ts'
import { cpuMs } from '../../../tools/cpu-time.ts'
import { xmpPacket } from './drawn-blocks.ts'

test('elements, attributes and text, with names by namespace', () => {
  const root = parseXml(
    '<?xml version="1.0"?><!-- x --><a:b xmlns:a="urn:a" a:c="1 &amp; 2" d=\'3\'>t<![CDATA[<u>]]><e/>v&#x41;</a:b>'
  )
  expect(root).toMatchObject({ name: 'urn:a b', text: 't<u>vA', children: [{ name: ' e' }] })
  expect(root?.attributes).toEqual(
    new Map([
      ['urn:a c', '1 & 2'],
      [' d', '3']
    ])
  )
})

test('a document type, and with it every entity of its own, is refused', () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
  expect(parseXml(bomb)).toBeNull()
  expect(parseXml('<x>&b;</x>')?.text).toBe('&b;')
})

test.each(['<a><b></a></b>', '<a>', '', 'text', '<a b="1></a>', '<'])('%j is not well-formed', source => {
  expect(parseXml(source)).toBeNull()
})

test('depth is bounded', () => {
  expect(parseXml('<a>'.repeat(1000) + '</a>'.repeat(1000))).toBeNull()
})

test('text and attributes come back as they were, escaped', () => {
  const escape = (text: string): string => text.replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`)
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, value) => {
      const root = parseXml(`<a b="${escape(value)}">${escape(text)}</a>`)
      expect(root?.text).toBe(text)
      expect(root?.attributes.get(' b')).toBe(value)
    })
  )
})

test('any packet is parsed without an error, and in time that grows with its length only', async () => {
  const pieces = fc.array(
    fc.constantFrom('<', '>', '/', '"', "'", '<a ', '<!--', '<![CDATA[', '<?', '&#x', 'rdf:li', '=', ' ', 'x'),
    { maxLength: 200 }
  )
  fc.assert(
    fc.property(pieces, parts => {
      const words = parseXmp(Buffer.from(xmpPacket(parts.join(''))))
      expect(words === null || typeof words === 'object').toBe(true)
    })
  )
  const spentMs = await cpuMs(() => {
    for (const hostile of ['<!--', '<a b="', "<a b='", '<![CDATA[', '<a ', '&#', '<?'])
      parseXml('<r>' + hostile.repeat(100_000))
  })
  expect(spentMs).toBeLessThan(5000)
})
