/**
 * The picture that was dropped or pasted, or null. What the bytes are decides the engine; here only a file that says it is
 * something else than a picture is passed over where there is a choice (browsers give copied pictures several forms).
 */
export function pictureIn(transfer: DataTransfer | null): File | null {
  const files = [...(transfer?.files ?? [])]
  return files.find(file => file.type.startsWith('image/')) ?? files[0] ?? null
}

export const hasFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false

/** A paste belongs to the text field when it can take it: its text is never taken away. */
export function isForTextField(target: EventTarget | null, transfer: DataTransfer | null): boolean {
  return isTextField(target) && (transfer?.types.includes('text/plain') ?? false)
}

export function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type="radio"]), textarea, [contenteditable]')
}
