/**
 * What is remembered of files that are not there now, format 4. Released: never edited (see migrations.ts).
 *
 * An item is in one `state`. `unreachable`: its file cannot be reached or read now, and what was read of it is found as before.
 * `deleted`: its file was deleted, or the person forgot it; nothing of it is found or counted, and what was read and encoded is
 * kept for some days, in case the same content comes back. `failed`: the newest reading failed; where the content is the same as
 * in an older reading (`reread_code`), the older one is still found. Otherwise `status`, which says what indexing does next.
 *
 * A deleted item has no words in the index and no projection, and its embeddings lie in `kept_embedding`: whatever reads the
 * tables of what can be found does not meet it.
 *
 * A verdict stays with a photo that is edited in its place. Its first content is another matter: it keeps the verdict too, for
 * when a photo with that content is there again, and a photo that has it already takes the verdict at once.
 *
 * Files with the failure of formats 1 to 3 that a disk was not there for are read again.
 */
export const unreachableTables = `
      ALTER TABLE folder ADD COLUMN scans INTEGER NOT NULL DEFAULT 0;   -- that came to their end: no clock can be set back in it

      ALTER TABLE item ADD COLUMN device TEXT;              -- of the folder that the file was last seen in; NULL: not known
      ALTER TABLE item ADD COLUMN there_since INTEGER NOT NULL DEFAULT 0;   -- the scan since which each one saw the file
      ALTER TABLE item ADD COLUMN missing_since INTEGER;    -- the first scan that did not see it; NULL: the last one saw it
      ALTER TABLE item ADD COLUMN unreachable_place TEXT;   -- relative: the folder that is lost, or the file itself; '' is the chosen folder
      ALTER TABLE item ADD COLUMN unreachable_reason TEXT;
      ALTER TABLE item ADD COLUMN reread_code TEXT;
      ALTER TABLE item ADD COLUMN reread_reason TEXT;
      ALTER TABLE item ADD COLUMN gone_since_ms INTEGER;
      ALTER TABLE item ADD COLUMN gone_status TEXT;         -- its status before; as it is again when it comes back
      ALTER TABLE item ADD COLUMN forgotten_ms INTEGER;     -- when the person forgot it; NULL: its file was deleted
      ALTER TABLE item ADD COLUMN state TEXT GENERATED ALWAYS AS (CASE
        WHEN gone_since_ms IS NOT NULL THEN 'deleted'
        WHEN unreachable_reason IS NOT NULL THEN 'unreachable'
        WHEN reread_code IS NOT NULL THEN 'failed'
        ELSE status END) VIRTUAL;
      CREATE INDEX item_by_state ON item (state);
      CREATE INDEX item_by_folder_state ON item (folder_id, state);
      CREATE INDEX item_gone ON item (gone_since_ms, content_hash) WHERE gone_since_ms IS NOT NULL;

      ALTER TABLE exclusion ADD COLUMN device TEXT;

      CREATE TABLE kept_embedding (                         -- of deleted items; see embedding
        item_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part       INTEGER NOT NULL,
        turn_deg   INTEGER NOT NULL,
        encoder_id INTEGER NOT NULL REFERENCES encoder ON DELETE CASCADE,
        vector     BLOB    NOT NULL,
        tokens     BLOB,
        PRIMARY KEY (item_id, part, turn_deg, encoder_id)
      ) STRICT;
      CREATE INDEX kept_embedding_by_encoder ON kept_embedding (encoder_id);

      DROP TRIGGER item_gone;
      CREATE TRIGGER item_gone BEFORE DELETE ON item WHEN old.content_hash IS NOT NULL BEGIN
        INSERT OR REPLACE INTO kept_verdict (content_hash, text_folded, text, verdict, said_ms)
          SELECT old.content_hash, text_folded, text, verdict, said_ms FROM pair_verdict WHERE photo_id = old.item_id;
        INSERT OR IGNORE INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
          SELECT item_id, text_folded, NULL, text, verdict, said_ms FROM kept_verdict JOIN item USING (content_hash)
          WHERE content_hash = old.content_hash AND item_id <> old.item_id;
      END;
      DROP TRIGGER item_read;
      CREATE TRIGGER item_read AFTER UPDATE OF content_hash ON item BEGIN
        INSERT OR REPLACE INTO kept_verdict (content_hash, text_folded, text, verdict, said_ms)
          SELECT old.content_hash, text_folded, text, verdict, said_ms FROM pair_verdict
          WHERE photo_id = old.item_id AND old.content_hash <> coalesce(new.content_hash, '');
        INSERT OR IGNORE INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
          SELECT item_id, text_folded, NULL, text, verdict, said_ms FROM kept_verdict JOIN item USING (content_hash)
          WHERE content_hash IN (old.content_hash, new.content_hash);
        DELETE FROM kept_verdict WHERE content_hash = new.content_hash;
      END;

      UPDATE item SET status = 'waiting', failure_code = NULL, failure_reason = NULL WHERE failure_code = 'cannot-open';`
