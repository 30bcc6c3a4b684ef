import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { EngineError } from '../../../../shared/errors.ts'
import { isSystemFolder } from '../../stages/library/system-folders.ts'

/** A folder that may be added to the library, as a whole path. @throws EngineError bad-input or not-found with what to do */
export async function checkedFolder(path: string): Promise<string> {
  if (!isAbsolute(path))
    throw new EngineError('bad-input', `“${path}” is not a whole path. Give the folder with its full path.`)
  const found = await stat(path).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code
    throw code === 'EACCES' || code === 'EPERM'
      ? new EngineError(
          'bad-input',
          `Reverie may not look into ${path}. Allow it in the system's settings, or choose another folder.`
        )
      : new EngineError('not-found', `There is no folder ${path}.`)
  })
  if (!found.isDirectory()) throw new EngineError('bad-input', `${path} is a file. Choose the folder that it is in.`)
  if (await isSystemFolder(path))
    throw new EngineError(
      'bad-input',
      `${path} is a folder of the system itself, which holds no files of yours. Nothing was changed. Choose a folder with photos or notes.`,
      { path }
    )
  return resolve(path)
}
