-- What is old goes by partition. The time is part of each key because it decides the partition; that no number comes
-- twice is the doing of the cursors' and heads' locks. Rows that are there already go into a partition below tomorrow.
SET @tomorrow = UTC_DATE() + INTERVAL 1 DAY;

SET @partition_ledger = CONCAT(
  'ALTER TABLE central_view.ledger DROP PRIMARY KEY, ADD PRIMARY KEY (part, store_id, epoch, seq, applied_at) ',
  'PARTITION BY RANGE COLUMNS (applied_at) (PARTITION before_partitions VALUES LESS THAN (''', @tomorrow, '''), ',
  'PARTITION rest VALUES LESS THAN (MAXVALUE))'
);
PREPARE partition_ledger FROM @partition_ledger;
EXECUTE partition_ledger;
DEALLOCATE PREPARE partition_ledger;

SET @partition_daily_sales = CONCAT(
  'ALTER TABLE central_view.daily_sales PARTITION BY RANGE COLUMNS (day) (PARTITION before_partitions VALUES LESS THAN (''',
  @tomorrow, '''), PARTITION rest VALUES LESS THAN (MAXVALUE))'
);
PREPARE partition_daily_sales FROM @partition_daily_sales;
EXECUTE partition_daily_sales;
DEALLOCATE PREPARE partition_daily_sales;

SET @partition_commands = CONCAT(
  'ALTER TABLE commands DROP PRIMARY KEY, ADD PRIMARY KEY (part, store_id, number, attempt, issued_at) ',
  'PARTITION BY RANGE COLUMNS (issued_at) (PARTITION before_partitions VALUES LESS THAN (''', @tomorrow, '''), ',
  'PARTITION rest VALUES LESS THAN (MAXVALUE))'
);
PREPARE partition_commands FROM @partition_commands;
EXECUTE partition_commands;
DEALLOCATE PREPARE partition_commands;
