/**
 * Posting lists of the word index, format 11. Released: never edited (see migrations.ts).
 *
 * [Note: word lists] Segments are derived from the texts of `word_row`'s rows, and say so: each covers a range of word_id, the
 * ranges follow each other from 1 on, and what no segment covers is read from the texts (word-lists.ts). For that a word_id
 * must never come twice, and what was deleted of a range is logged until a merge has dropped it.
 */
export const wordListTables = `
      CREATE TABLE numbered_row (               -- part −1: title, file name, description and keywords; else the passage
        word_id INTEGER PRIMARY KEY AUTOINCREMENT,
        item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part    INTEGER NOT NULL,
        UNIQUE (item_id, part)
      ) STRICT;
      INSERT INTO numbered_row SELECT word_id, item_id, part FROM word_row;
      DROP TABLE word_row;
      ALTER TABLE numbered_row RENAME TO word_row;

      CREATE TABLE word_gone (
        gone_id INTEGER PRIMARY KEY AUTOINCREMENT,
        word_id INTEGER NOT NULL
      ) STRICT;
      CREATE TRIGGER word_row_gone AFTER DELETE ON word_row BEGIN
        DELETE FROM word_index WHERE rowid = old.word_id;
        INSERT INTO word_gone (word_id) VALUES (old.word_id);
      END;

      CREATE TABLE word_segment (
        segment_id  INTEGER PRIMARY KEY AUTOINCREMENT,
        version     INTEGER NOT NULL,           -- of the cutting, the folding and the bytes
        is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),   -- 0: being written, or to be deleted
        after_id    INTEGER NOT NULL,           -- it covers what is above this word_id
        last_id     INTEGER NOT NULL,           -- and up to this one
        sum         INTEGER NOT NULL,           -- CRC-32 of what follows
        word_ids    BLOB    NOT NULL,           -- uint32 [n], ascending
        item_ids    BLOB    NOT NULL,           -- uint32 [n]
        lengths     BLOB    NOT NULL,           -- uint32 [n] tokens
        first_terms BLOB    NOT NULL            -- of the blocks: uint32 how many, uint32 ends, UTF-8
      ) STRICT;

      CREATE TABLE word_block (
        segment_id    INTEGER NOT NULL,
        number        INTEGER NOT NULL,
        lists_sum     INTEGER NOT NULL,         -- CRC-32
        positions_sum INTEGER NOT NULL,
        lists         BLOB    NOT NULL,         -- see word-segment.ts
        positions     BLOB    NOT NULL,
        PRIMARY KEY (segment_id, number)
      ) STRICT;`
