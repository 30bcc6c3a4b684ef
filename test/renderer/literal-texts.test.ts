import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'svelte/compiler'
import { expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../../src/renderer/src')
const readAttributes = /^(aria-(label|description|placeholder|roledescription|valuetext)|title|placeholder|alt)$/u
const hasLetters = /\p{L}/u

interface Node {
  readonly type?: string
  readonly name?: string
  readonly data?: string
  readonly value?: unknown
}

/** Texts of a template that a person would read or hear, and which no catalogue holds. */
function literalTexts(template: string): string[] {
  const found: string[] = []
  const walk = (node: unknown, attribute: string | null): void => {
    if (Array.isArray(node)) for (const one of node) walk(one, attribute)
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return
    const { type, name, data, value } = node as Node
    if (type === 'Attribute' || type === 'StyleDirective') {
      walk(value, name ?? null)
      return
    }
    // What is compared with, or handed to a function, is not shown as it stands.
    if (attribute !== null && /^(BinaryExpression|CallExpression)$/u.test(type ?? '')) return
    const isRead = attribute === null || readAttributes.test(attribute)
    const text =
      type === 'Text'
        ? data
        : type === 'Literal' && typeof value === 'string' && readAttributes.test(attribute ?? '')
          ? value
          : undefined
    if (isRead && text !== undefined && hasLetters.test(text)) found.push(text.trim())
    for (const [key, child] of Object.entries(node))
      if (!/^(metadata|parent|start|end|loc)$/u.test(key)) walk(child, attribute)
  }
  walk(parse(template, { modern: true }).fragment, null)
  return found
}

test('the check finds a text, a label and a label in an expression, and lets names of the program pass', () => {
  expect(literalTexts('<p class="soft">Save <Icon name="disk" />{count} ×</p>')).toEqual(['Save'])
  expect(literalTexts('<button aria-label="Close" type="button" title="{n} left">×</button>')).toEqual([
    'Close',
    'left'
  ])
  expect(literalTexts('<img alt={isBig ? \'Photo\' : words.none} loading="lazy" />')).toEqual(['Photo'])
})

test('no component holds a text of its own: all of them are in the catalogue', () => {
  const files = ['App.svelte', ...readdirSync(join(source, 'components')).map(name => `components/${name}`)]
  expect(files.length).toBeGreaterThan(40)
  expect(
    files.flatMap(file => literalTexts(readFileSync(join(source, file), 'utf8')).map(text => `${file}: ${text}`))
  ).toEqual([])
})
