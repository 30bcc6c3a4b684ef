/**
 * The environment of every process that may load ONNX Runtime.
 *
 * [Note: telemetry of ONNX Runtime] The binaries of onnxruntime-node for Linux and macOS hold Microsoft's telemetry since 1.29, and
 * it is on unless told otherwise: a device id and a queue of events in the person's cache folder, and requests to
 * mobile.events.data.microsoft.com. Only this variable stops all of it, only where it is there before the library's environment is made;
 * the Node binding has no other way. The library also keeps still where `CI` is set, so a build machine proves nothing.
 * On Windows 1.30 reads no variable: it hands events to the system (ETW), which keeps or sends them as its diagnostics settings say.
 *
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
 */
export const telemetryOff = { ORT_DISABLE_TELEMETRY: '1' } as const
