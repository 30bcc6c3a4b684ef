/** The last part of a path, whichever way its machine writes paths. */
export const nameOf = (path: string): string => /[^\\/]+(?=[\\/]*$)/u.exec(path)?.[0] ?? path
