import { ProtobufFile } from './protobuf.ts'

/**
 * Names of the files that an ONNX model wants to read its weights from, as they stand in the model. ONNX Runtime follows
 * them wherever they lead, so they are looked at before it sees the model. Nothing is decoded but the nesting of messages;
 * weights are skipped, so a model of any size costs a few reads.
 *
 * @throws Error when the bytes are not a protocol buffer
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers)
 */
export function externalDataOf(path: string): ReadonlySet<string> {
  const file = new ProtobufFile(path)
  try {
    const locations = new Set<string>()
    walk(file, 0, file.size, 'model', locations, 0)
    return locations
  } finally {
    file.close()
  }
}

type Message = 'model' | 'training' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor' | 'entry'

/** Which fields of a message hold messages that lead to a tensor. */
const fields: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {}
}

const deepest = 64

function walk(
  file: ProtobufFile,
  start: number,
  end: number,
  message: Message,
  locations: Set<string>,
  depth: number
): void {
  if (depth > deepest) throw new Error('messages are nested too deeply')
  let key = ''
  let value = ''
  for (const field of file.fields(start, end)) {
    if (!field.isBytes) continue
    const inner = fields[message][field.number]
    if (inner !== undefined) walk(file, field.start, field.start + field.length, inner, locations, depth + 1)
    else if (message === 'entry' && field.number === 1) key = file.text(field)
    else if (message === 'entry' && field.number === 2) value = file.text(field)
  }
  if (message === 'entry' && key === 'location') locations.add(value)
}
