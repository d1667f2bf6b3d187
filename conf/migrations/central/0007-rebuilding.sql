-- That a store's journal is being read anew is a fact of its own: it was -1 in the place of the number where the
-- checksums differed, and readers guessed it from a proof that wasn't there.
-- The column is added only if it isn't there: MySQL has no IF NOT EXISTS for columns, and a statement must bear being
-- run again.
SET @add_rebuilding = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central' AND table_name = 'cursors' AND column_name = 'rebuilding'
  ),
  'DO 0',
  'ALTER TABLE cursors ADD COLUMN rebuilding TINYINT NOT NULL DEFAULT 0'
);
PREPARE add_rebuilding FROM @add_rebuilding;
EXECUTE add_rebuilding;
DEALLOCATE PREPARE add_rebuilding;
UPDATE cursors SET rebuilding = 1, checksum_seq = NULL WHERE checksum_seq = -1;
