-- The daily sums of one SKU in all stores, without reading those of every SKU.
-- Added only if it isn't there: MySQL has no IF NOT EXISTS for keys, and a statement must bear being run again.
SET @sales_by_sku = IF(
  EXISTS (
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = 'central_view' AND table_name = 'daily_sales' AND index_name = 'daily_sales_by_sku'
  ),
  'DO 0',
  'ALTER TABLE central_view.daily_sales ADD KEY daily_sales_by_sku (part, sku, store_id, day)'
);
PREPARE sales_by_sku FROM @sales_by_sku;
EXECUTE sales_by_sku;
DEALLOCATE PREPARE sales_by_sku;
