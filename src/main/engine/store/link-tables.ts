/**
 * What is known of a link's target, format 5. Released: never edited (see migrations.ts).
 *
 * Links of formats 1 to 4 were resolved by rules that took the nearest file of a name for the one that was meant, even where the
 * address said another place. They are resolved anew when the library is next opened: see `open-library.ts`.
 */
export const linkTables = `
      ALTER TABLE link ADD COLUMN is_guess INTEGER NOT NULL DEFAULT 0 CHECK (is_guess IN (0, 1));
      INSERT INTO setting (name, value) SELECT 'linksAreOld', 'true' WHERE EXISTS (SELECT 1 FROM link);`
