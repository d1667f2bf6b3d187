-- A count adds up what happened to its SKU after its observer looked: recorded after that and, by the till's clock,
-- occurred after that. The index covers the sum, so that it reads no journal rows.
-- Exchanged only if that isn't done yet: a statement must bear being run again.
SET @exchange_index = IF(
  EXISTS (
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'journal' AND index_name = 'journal_by_sku_and_times'
  ),
  'DO 0',
  'ALTER TABLE journal DROP KEY journal_by_sku_and_time,
     ADD KEY journal_by_sku_and_times (sku, recorded_at, occurred_at, kind, on_hand_delta)'
);
PREPARE exchange_index FROM @exchange_index;
EXECUTE exchange_index;
DEALLOCATE PREPARE exchange_index;
