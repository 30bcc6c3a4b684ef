/**
 * What the person said of photos, notes and answers, format 6. Released: never edited (see migrations.ts).
 *
 * Both tables know an item by its content alone, so that a row outlives the item: a move, a rename, a deletion, a new
 * database. Copies of one file share what was said of it. An item whose file is edited in its place takes it along: code
 * copies the rows to the new content, where the item's content is written.
 *
 * `tag` and `photo_text` hold what is found: the file's words and the person's together. What the file itself says stays in
 * `item.file_tags` and `photo.description`.
 */
export const saidTables = `
      CREATE TABLE own_words (
        content_hash TEXT    PRIMARY KEY,
        caption      TEXT    NOT NULL,          -- '': none
        added_tags   TEXT    NOT NULL,          -- JSON, in the order in which they were said
        removed_tags TEXT    NOT NULL,          -- JSON: tags of the file that do not count
        is_favourite INTEGER NOT NULL CHECK (is_favourite IN (0, 1)),
        said_ms      INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE hit_verdict (
        verdict_id   INTEGER PRIMARY KEY AUTOINCREMENT,
        question     TEXT    NOT NULL,          -- as questions are told apart: see shared/saying.ts
        content_hash TEXT    NOT NULL,          -- of the hit
        text         TEXT    NOT NULL,          -- the question as it was asked
        verdict      TEXT    NOT NULL CHECK (verdict IN ('right', 'wrong')),
        said_ms      INTEGER NOT NULL,
        UNIQUE (question, content_hash)
      ) STRICT;
      CREATE INDEX hit_verdict_by_content ON hit_verdict (content_hash);

      ALTER TABLE item ADD COLUMN file_tags TEXT;           -- JSON: what the file itself says; NULL: just what is in tag`
