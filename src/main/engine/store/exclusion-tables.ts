/**
 * What the person said that outlives an item, format 3. Released: never edited (see migrations.ts).
 *
 * An excluded file has no item: nothing that was read of it stays. It is known by its place; of a file that was named
 * itself the content is known too, so that it stays excluded when it is moved or renamed within its chosen folder.
 *
 * What was said of pairs goes aside with its photo, by the photo's content, and is there again when a photo with that
 * content is read: after another inclusion, another adding of the folder, or a new database.
 */
export const exclusionTables = `
      CREATE TABLE exclusion (
        excluded_id  INTEGER PRIMARY KEY AUTOINCREMENT,
        folder_id    INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
        path         TEXT    NOT NULL,          -- relative, '/' between parts, as the file system spells it
        is_folder    INTEGER NOT NULL CHECK (is_folder IN (0, 1)),
        within_id    INTEGER REFERENCES exclusion ON DELETE CASCADE,   -- the excluded folder that brought the file here; NULL: it was named itself
        size_bytes   INTEGER NOT NULL,
        modified_ms  INTEGER NOT NULL,
        content_hash TEXT,                      -- NULL until it is known
        is_there     INTEGER NOT NULL CHECK (is_there IN (0, 1)),     -- as the last scan saw it
        said_ms      INTEGER NOT NULL,
        UNIQUE (folder_id, path)
      ) STRICT;
      CREATE INDEX exclusion_within ON exclusion (within_id);

      CREATE TABLE kept_verdict (
        content_hash TEXT    NOT NULL,          -- of the photo
        text_folded  TEXT    NOT NULL,
        text         TEXT    NOT NULL,
        verdict      TEXT    NOT NULL CHECK (verdict IN ('confirmed', 'rejected')),
        said_ms      INTEGER NOT NULL,
        PRIMARY KEY (content_hash, text_folded)
      ) STRICT, WITHOUT ROWID;
      CREATE TRIGGER item_gone BEFORE DELETE ON item WHEN old.content_hash IS NOT NULL BEGIN
        INSERT OR REPLACE INTO kept_verdict (content_hash, text_folded, text, verdict, said_ms)
          SELECT old.content_hash, text_folded, text, verdict, said_ms FROM pair_verdict WHERE photo_id = old.item_id;
      END;
      CREATE TRIGGER item_read AFTER UPDATE OF content_hash ON item WHEN new.content_hash IS NOT NULL BEGIN
        INSERT OR IGNORE INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
          SELECT new.item_id, text_folded, NULL, text, verdict, said_ms FROM kept_verdict WHERE content_hash = new.content_hash;
        DELETE FROM kept_verdict WHERE content_hash = new.content_hash;
      END;`
