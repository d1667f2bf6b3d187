-- The time zone by whose days a store's sales are summed.
-- Added only if it isn't there: MySQL has no IF NOT EXISTS for columns, and a statement must bear being run again.
SET @add_zone = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central' AND table_name = 'stores' AND column_name = 'zone'
  ),
  'DO 0',
  'ALTER TABLE stores ADD COLUMN zone VARCHAR(64) NOT NULL DEFAULT ''UTC'''
);
PREPARE add_zone FROM @add_zone;
EXECUTE add_zone;
DEALLOCATE PREPARE add_zone;
