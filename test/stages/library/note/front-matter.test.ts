import { expect, test } from 'vitest'
import { readFrontMatter } from '../../../../src/main/engine/stages/library/note/front-matter.ts'
import { note } from './note-file.ts'

test('YAML gives title, date, tags, the author’s words and the cover', () => {
  const text = `---
title: "A 'quoted' title"
date: 2021-05-03T10:15:00+02:00
tags:
  - one
  - "#two"
categories: three
description: >
  Folded
  text.
aliases: [Other name]
cover:
  image: /img/cover.jpg
related: "[[Garden|our garden]]"
---
Body`
  const front = readFrontMatter(text)
  expect(text.slice(front.end)).toBe('Body')
  expect(front.title).toBe("A 'quoted' title")
  expect(front.date).toEqual({ localMs: Date.UTC(2021, 4, 3, 10, 15), offsetMinutes: 120, source: 'front-matter' })
  expect(front.tags).toEqual(['one', 'two', 'three'])
  expect(
    front.blocks.map(block =>
      block.pieces
        .map(piece => piece.text)
        .join('')
        .trim()
    )
  ).toEqual(['Folded text.', 'Other name'])
  expect(front.links.map(({ kind, target, text: alias }) => [kind, target, alias])).toEqual([
    ['embed', '/img/cover.jpg', ''],
    ['wikilink', 'Garden', 'our garden']
  ])
})

test('TOML gives title, date and tags', () => {
  const front = readFrontMatter(
    '+++\ntitle = "He said \\"hi\\"" # greeting\ndate = 2020-02-29\ntags = ["a b",\n  \'c\']\n+++\nBody'
  )
  expect(front).toMatchObject({
    title: 'He said "hi"',
    tags: ['a b', 'c'],
    date: { localMs: Date.UTC(2020, 1, 29), offsetMinutes: null }
  })
})

test('YAML with mistakes gives what can be read', () => {
  expect(readFrontMatter('---\ntitle: Re: the garden\ndate: 2020-01-02\n---\n')).toMatchObject({
    title: 'Re: the garden',
    date: { localMs: Date.UTC(2020, 0, 2) }
  })
})

test('two rules with prose between them are no front matter', async () => {
  expect((await note('x.md', '---\nJust prose here.\n---\nMore.')).passages[0]?.text).toContain('Just prose here.')
})

test('an empty front matter is one; one that never ends is none', () => {
  expect(readFrontMatter('---\n---\nBody').end).toBe(8)
  expect(readFrontMatter('---\ntitle: x\n').end).toBe(0)
})

test('YAML that is a bomb costs nothing', () => {
  const bomb = `---\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
    .split('')
    .map((key, i) => `${key}: &${key} [${`*${'abcdefghi'[i]!},`.repeat(9)}]`)
    .join('\n')}\ntags: *j\n---\n${'['.repeat(100)}`
  expect(readFrontMatter(bomb).tags).toEqual([])
  const deep = `---\ntags: ${'['.repeat(30_000)}\ntitle: Deep\n---\n`
  expect(readFrontMatter(deep).end).toBe(deep.length)
})

test.each([
  ['tags: a, b c', ['a', 'b c']],
  ['tags: a b', ['a', 'b']],
  ['tags: [Same, same, "#SAME"]', ['Same']],
  ['tags: 2021', ['2021']],
  ['tags:', []],
  ['__proto__: x\ntags: [constructor]', ['constructor']]
])('%j is read as people mean it', (yaml, tags) => {
  expect(readFrontMatter(`---\n${yaml}\n---\n`).tags).toEqual(tags)
})
