import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromJson, toJson } from '../../src/shared/wire.ts'

test('bytes are written as base64 under a name of their own', () => {
  expect(toJson({ bytes: Uint8Array.of(1, 2, 255) })).toBe('{"bytes":{"$bytes":"AQL/"}}')
  expect(toJson(Buffer.from('abc'))).toBe('{"$bytes":"YWJj"}')
  expect(fromJson('{"$bytes":"AQL/"}')).toEqual(Uint8Array.of(1, 2, 255))
  expect(toJson(undefined)).toBe('null')
})

test('a record that looks like bytes stays a record', () => {
  const value = { $bytes: 'AQL/', $$: 1, $other: { $bytes: 'x' } }
  expect(fromJson(toJson(value))).toEqual(value)
  expect(fromJson(toJson({ $bytes: 'AQL/' }))).toEqual({ $bytes: 'AQL/' })
})

test('only the part of a buffer that is meant is written', () => {
  const buffer = Uint8Array.of(9, 1, 2, 9)
  expect(fromJson(toJson(buffer.subarray(1, 3)))).toEqual(Uint8Array.of(1, 2))
})

test('what is no JSON, or no base64, is refused', () => {
  for (const text of ['', '{', '{"$bytes":"~"}', 'undefined']) expect(() => fromJson(text), text).toThrow(SyntaxError)
})

test('a key called __proto__ is a key and changes no prototype', () => {
  const value = fromJson('{"a":{"__proto__":{"isAdmin":true},"$x":1}}') as { a: Record<string, unknown> }
  expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype)
  expect(value.a.isAdmin).toBeUndefined()
})

test('any plain data with bytes anywhere in it comes back as it was', () => {
  const key = fc
    .oneof(fc.string({ maxLength: 8 }), fc.constantFrom('$', '$$', '$bytes', '$$bytes', 'bytes'))
    .filter(name => name !== '__proto__')
  const { value: plain } = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter(number => !Object.is(number, -0)),
      fc.string(),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true })
    )
  }))
  fc.assert(
    fc.property(plain, value => {
      expect(fromJson(toJson(value))).toEqual(value)
    }),
    { numRuns: 500 }
  )
})

test('bytes longer than one piece are exact', () => {
  for (const length of [24_575, 24_576, 24_577, 200_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 251)
    expect(Buffer.compare(fromJson(toJson(bytes)) as Uint8Array, bytes)).toBe(0)
  }
})
