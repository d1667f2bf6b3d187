-- A restored central numbers its commands anew, from 1, in a greater era: a command is (era, number). What there is so
-- far is era 0. A cursor keeps the era of the commands that its store has done, and the newest ping that the store has
-- answered, whether or not the beat was covered.
-- Each column is added only if it isn't there: MySQL has no IF NOT EXISTS for columns, and a statement must bear being
-- run again.
SET @add_era = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central' AND table_name = 'commands' AND column_name = 'era'
  ),
  'DO 0',
  'ALTER TABLE commands ADD COLUMN era BIGINT NOT NULL DEFAULT 0,
     DROP PRIMARY KEY, ADD PRIMARY KEY (part, store_id, era, number, attempt, issued_at)'
);
PREPARE add_era FROM @add_era;
EXECUTE add_era;
DEALLOCATE PREPARE add_era;
SET @add_era = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central' AND table_name = 'command_heads' AND column_name = 'era'
  ),
  'DO 0',
  'ALTER TABLE command_heads ADD COLUMN era BIGINT NOT NULL DEFAULT 0'
);
PREPARE add_era FROM @add_era;
EXECUTE add_era;
DEALLOCATE PREPARE add_era;
SET @add_era = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central' AND table_name = 'cursors' AND column_name = 'commands_era'
  ),
  'DO 0',
  'ALTER TABLE cursors ADD COLUMN commands_era BIGINT NOT NULL DEFAULT 0,
     ADD COLUMN answered_ping BIGINT NOT NULL DEFAULT 0'
);
PREPARE add_era FROM @add_era;
EXECUTE add_era;
DEALLOCATE PREPARE add_era;
