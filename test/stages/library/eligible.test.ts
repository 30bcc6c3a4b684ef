import { expect, test } from 'vitest'
import {
  extensionOf,
  isSidecar,
  isSkippedFolder,
  kindByName,
  looksLikePicture
} from '../../../src/main/engine/stages/library/eligible.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0))

test('an extension is short, has letters and is told without case', () => {
  expect(extensionOf('IMG_1.JPG')).toBe('jpg')
  expect(extensionOf('archive.tar.gz')).toBe('gz')
  expect(extensionOf('.hidden')).toBe('')
  expect(extensionOf('Letter to Dr. Smith')).toBe('')
  expect(extensionOf('ends with a dot.')).toBe('')
})

test('photos, RAW photos and notes are told by their names', () => {
  for (const name of ['a.jpg', 'a.JPEG', 'a.heic', 'a.CR3', 'a.dng', 'a.avif'])
    expect(kindByName(name), name).toBe('photo')
  for (const name of ['a.md', 'a.TXT', 'a.htm', 'a.pdf', 'a.docx']) expect(kindByName(name), name).toBe('note')
})

test('pictures and documents that cannot be read yet are eligible, so that they can fail with a reason', () => {
  for (const name of ['a.jxl', 'a.jp2', 'a.psd', 'a.svg']) expect(kindByName(name), name).toBe('photo')
  for (const name of ['a.doc', 'a.numbers', 'a.webarchive', 'a.jex', 'a.gdoc', 'a.cbz', 'a.vsdx', 'a.xlsb'])
    expect(kindByName(name), name).toBe('note')
})

test('videos, sound, archives, icons and data are nobody’s photos and notes', () => {
  for (const name of ['a.mp4', 'a.MOV', 'a.mp3', 'a.zip', 'a.ico', 'a.ts', 'a.json', 'a.xmp', 'a.key'])
    expect(kindByName(name), name).toBeNull()
})

test('hidden files, AppleDouble files and lock files are skipped, and so are their sidecars', () => {
  for (const name of ['.a.jpg', '._a.jpg', '~$letter.docx']) expect(kindByName(name), name).toBeNull()
  expect(isSidecar('._a.jpg.xmp')).toBe(false)
  expect(isSidecar('a.jpg.XMP')).toBe(true)
})

test('system folders are skipped whatever their case', () => {
  for (const name of [
    '$RECYCLE.BIN',
    'System Volume Information',
    '@eaDir',
    '__MACOSX',
    'node_modules',
    '.git',
    'lost+found'
  ])
    expect(isSkippedFolder(name, 'Pictures'), name).toBe(true)
  expect(isSkippedFolder('Cache.noindex', 'Pictures')).toBe(true)
  expect(isSkippedFolder('Trip 2020.05', 'Pictures')).toBe(false)
})

test('of an Apple Photos library only the originals are the person’s', () => {
  expect(isSkippedFolder('originals', 'Photos Library.photoslibrary')).toBe(false)
  expect(isSkippedFolder('Masters', 'Old.photolibrary')).toBe(false)
  expect(isSkippedFolder('resources', 'Photos Library.photoslibrary')).toBe(true)
})

test('without an extension the first bytes decide', () => {
  expect(kindByName('IMG_0001')).toBe('sniff')
  expect(looksLikePicture(bytes('\xff\xd8\xff\xe0'))).toBe(true)
  expect(looksLikePicture(bytes('RIFF\x10\0\0\0WEBPVP8 '))).toBe(true)
  expect(looksLikePicture(bytes('\0\0\0\x18ftypheic\0\0\0\0'))).toBe(true)
  expect(looksLikePicture(bytes('\0\0\0\x18ftypisom\0\0\0\0'))).toBe(false)
  expect(looksLikePicture(bytes('BM1234567890ab\x28\0\0\0'))).toBe(true)
  expect(looksLikePicture(bytes('BMW drivers, a study of manners'))).toBe(false)
  expect(looksLikePicture(bytes('#!/bin/sh\n'))).toBe(false)
  expect(looksLikePicture(new Uint8Array(0))).toBe(false)
})
