-- Central numbers its commands anew, from 1, in a greater era. What there is so far is era 0, which a beat's NULL means,
-- too. Each column is added only if it isn't there: MySQL has no IF NOT EXISTS for columns, and a statement must bear
-- being run again.
SET @add_era = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'head' AND column_name = 'era'
  ),
  'DO 0',
  'ALTER TABLE head ADD COLUMN era BIGINT NOT NULL DEFAULT 0'
);
PREPARE add_era FROM @add_era;
EXECUTE add_era;
DEALLOCATE PREPARE add_era;
SET @add_era = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'heartbeats' AND column_name = 'era'
  ),
  'DO 0',
  'ALTER TABLE heartbeats ADD COLUMN era BIGINT NULL'
);
PREPARE add_era FROM @add_era;
EXECUTE add_era;
DEALLOCATE PREPARE add_era;
