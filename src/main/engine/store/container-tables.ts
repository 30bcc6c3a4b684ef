/**
 * Files that hold many notes, format 15. Released: never edited (see migrations.ts).
 *
 * Opening such a file means reading all of it: its notes are listed here until its size or time is another one.
 */
export const containerTables = `
      CREATE TABLE container (
        folder_id   INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
        path        TEXT    NOT NULL,          -- relative, '/' between parts
        size_bytes  INTEGER NOT NULL,
        modified_ms INTEGER NOT NULL,
        PRIMARY KEY (folder_id, path)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE contained_note (
        folder_id    INTEGER NOT NULL,
        path         TEXT    NOT NULL,         -- of the file
        name         TEXT    NOT NULL,         -- of the note in it
        position     INTEGER NOT NULL,         -- in the order of the file, from 0
        size_bytes   INTEGER NOT NULL,
        modified_ms  INTEGER NOT NULL,
        content_hash TEXT    NOT NULL,
        PRIMARY KEY (folder_id, path, name),
        FOREIGN KEY (folder_id, path) REFERENCES container ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;`
