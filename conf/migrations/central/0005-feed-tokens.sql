-- A random token for each number of the feed, kept with the number and with the one after it. A database that went back
-- (a restore, a failover to a replica that was behind) gives numbers again: a reader sees by the tokens that they are
-- others. 0 is unknown.
-- Each column is added only if it isn't there: MySQL has no IF NOT EXISTS for columns, and a statement must bear being
-- run again.
SET @add_tokens = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central' AND table_name = 'feed_head' AND column_name = 'token'
  ),
  'DO 0',
  'ALTER TABLE feed_head ADD COLUMN token BIGINT NOT NULL DEFAULT 0, ADD COLUMN previous_token BIGINT NOT NULL DEFAULT 0'
);
PREPARE add_tokens FROM @add_tokens;
EXECUTE add_tokens;
DEALLOCATE PREPARE add_tokens;
SET @add_tokens = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central_view' AND table_name = 'feed' AND column_name = 'token'
  ),
  'DO 0',
  'ALTER TABLE central_view.feed ADD COLUMN token BIGINT NOT NULL DEFAULT 0, ADD COLUMN previous_token BIGINT NOT NULL DEFAULT 0'
);
PREPARE add_tokens FROM @add_tokens;
EXECUTE add_tokens;
DEALLOCATE PREPARE add_tokens;
