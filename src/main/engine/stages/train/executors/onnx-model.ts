/**
 * Writes small ONNX models: as much of onnx.proto3 as a graph of standard operators needs.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */

export type ElementType = 'float32' | 'int32' | 'int64'

/** A tensor's values. Dimensions named by a string are free: 'n' in an input's shape means any number of rows. */
export interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array | BigInt64Array
}

export interface TensorInfo {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly (number | string)[]
}

type Attribute = number | string | readonly number[] | { readonly float: number }

/** One operator. A whole number is an int attribute, `{ float }` a float one, an array ints. */
export interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  readonly weights: readonly Tensor[]
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
}

const irVersion = 9
const opset = 18
const elementTypes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7 }

/** The bytes of a `.onnx` file. */
export function onnxModel(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    integer(1, irVersion),
    text(2, 'reverie'),
    bytes(7, [
      ...graph.nodes.map(node => bytes(1, nodeProto(node))),
      text(2, 'graph'),
      ...graph.weights.map(weight => bytes(5, tensorProto(weight))),
      ...graph.inputs.map(port => bytes(11, valueInfo(port))),
      ...graph.outputs.map(port => bytes(12, valueInfo(port)))
    ]),
    bytes(8, [text(1, ''), integer(2, opset)])
  ])
}

function nodeProto({ op, inputs, outputs, attributes = {} }: OnnxNode): Buffer[] {
  return [
    ...inputs.map(name => text(1, name)),
    ...outputs.map(name => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value)))
  ]
}

function attributeProto(name: string, value: Attribute): Buffer[] {
  const kind = 20
  if (typeof value === 'number') return [text(1, name), integer(3, value), integer(kind, 2)]
  if (typeof value === 'string') return [text(1, name), text(4, value), integer(kind, 3)]
  if ('float' in value) return [text(1, name), float(2, value.float), integer(kind, 1)]
  return [text(1, name), ...value.map(one => integer(8, one)), integer(kind, 7)]
}

function tensorProto({ name, shape, values }: Tensor): Buffer[] {
  const type = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'int64'
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return [...shape.map(size => integer(1, size)), integer(2, elementTypes[type]), text(8, name), bytes(9, [raw])]
}

function valueInfo({ name, type, shape }: TensorInfo): Buffer[] {
  const sizes = shape.map(size => bytes(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]))
  return [text(1, name), bytes(2, [bytes(1, [integer(1, elementTypes[type]), bytes(2, sizes)])])]
}

// ── protobuf's wire format ──────────────────────────────────────────────────────────────────────────────────────────

/** A varint field. Negative numbers take ten bytes, as two's complement of 64 bits. */
function integer(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)])
}

function float(field: number, value: number): Buffer {
  const data = Buffer.alloc(4)
  data.writeFloatLE(value)
  return Buffer.concat([Buffer.from(varint((field << 3) | 5)), data])
}

function text(field: number, value: string): Buffer {
  return bytes(field, [Buffer.from(value)])
}

/** A length-delimited field: a string, raw data or a message inside. */
function bytes(field: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(length)]), ...parts])
}

function varint(value: number): number[] {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 128n) {
    out.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...out, Number(rest)]
}
