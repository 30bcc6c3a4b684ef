import { ProtobufFile, type Field } from './protobuf.ts'

/** An input or output of a graph, as the model itself declares it. */
export interface OnnxPort {
  readonly name: string
  readonly type: 'float32' | 'float16' | 'int32' | 'int64' | 'other'
  /** A name is a size that may vary. */
  readonly shape: readonly (number | string)[]
}

/** What a model takes and gives, without opening it. */
export interface OnnxOutline {
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  /**
   * Whether it chooses the steps of its int8 numbers by what it computes, over all inputs of a run together: then what it
   * gives for a picture depends on the pictures beside it.
   */
  readonly mixesBatch: boolean
}

/** The largest graphs of real encoders have some thousands; ONNX Runtime takes minutes and gigabytes for a million. */
const mostNodes = 100_000
const mostPorts = 64

/**
 * Reads what a model's graph declares. Nothing is believed that the file is too small for, so that no header can make
 * anyone reserve memory for weights that are not there.
 *
 * @throws BrokenGraph
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers)
 */
export function outlineOf(path: string): OnnxOutline {
  const file = new ProtobufFile(path)
  try {
    for (const field of file.fields(0, file.size)) if (field.number === 7 && field.isBytes) return graph(file, field)
  } catch (error) {
    throw error instanceof BrokenGraph ? error : new BrokenGraph('is not an ONNX model')
  } finally {
    file.close()
  }
  throw new BrokenGraph('is not an ONNX model')
}

/** What is wrong with a graph, in words that go behind the file's name. */
export class BrokenGraph extends Error {
  override readonly name = 'BrokenGraph'
}

function graph(file: ProtobufFile, message: Field): OnnxOutline {
  const inputs: OnnxPort[] = []
  const outputs: OnnxPort[] = []
  const weights = new Set<string>()
  let nodes = 0
  let mixesBatch = false
  for (const field of inside(file, message)) {
    if (field.number === 1) {
      if (++nodes > mostNodes) throw new BrokenGraph(`has more than ${mostNodes} operations`)
      for (const operation of inside(file, field, 4)) mixesBatch ||= file.text(operation).startsWith('DynamicQuantize')
    }
    if (field.number === 5) weights.add(weightName(file, field))
    const ports = field.number === 11 ? inputs : field.number === 12 ? outputs : null
    if (ports?.push(port(file, field)) === mostPorts)
      throw new BrokenGraph('has more inputs or outputs than an encoder can have')
  }
  // Old exporters list the weights among the inputs.
  return { inputs: inputs.filter(({ name }) => !weights.has(name)), outputs, mixesBatch }
}

/** @throws BrokenGraph when the weight says that it holds more than there are bytes */
function weightName(file: ProtobufFile, message: Field): string {
  let name = ''
  let values = 1
  let isElsewhere = false
  for (const field of inside(file, message)) {
    if (field.number === 1)
      for (const size of field.isBytes ? file.packed(field) : [field.value]) values *= Math.max(size, 1)
    if (field.number === 8) name = file.text(field)
    if (field.number === 14) isElsewhere = field.value === 1
  }
  // The smallest type takes half a byte.
  if (!isElsewhere && values > 2 * message.length)
    throw new BrokenGraph('announces weights that are larger than the file')
  return name
}

/** ValueInfoProto: its name, and of its type what a tensor has. */
function port(file: ProtobufFile, message: Field): OnnxPort {
  let name = ''
  let type: OnnxPort['type'] = 'other'
  const shape: (number | string)[] = []
  for (const field of inside(file, message)) {
    if (field.number === 1) name = file.text(field)
    if (field.number !== 2) continue
    for (const tensor of inside(file, field, 1))
      for (const part of inside(file, tensor)) {
        if (part.number === 1) type = elementTypes[part.value] ?? 'other'
        if (part.number !== 2) continue
        for (const size of inside(file, part, 1)) if (shape.push(dimension(file, size)) > 16) throw tooDeep()
      }
  }
  return { name, type, shape }
}

const elementTypes: Readonly<Record<number, OnnxPort['type']>> = { 1: 'float32', 6: 'int32', 7: 'int64', 10: 'float16' }

/** A size that may vary is an empty message, or has a name. */
function dimension(file: ProtobufFile, message: Field): number | string {
  for (const field of inside(file, message)) {
    if (field.number === 1 && field.value > 0) return field.value
    if (field.number === 2) return file.text(field)
  }
  return ''
}

/** The fields of a message, or those with one number. */
function* inside(file: ProtobufFile, { start, length }: Field, only?: number): Iterable<Field> {
  for (const field of file.fields(start, start + length)) if (only === undefined || field.number === only) yield field
}

function tooDeep(): BrokenGraph {
  return new BrokenGraph('has a tensor of more sizes than any real one')
}
