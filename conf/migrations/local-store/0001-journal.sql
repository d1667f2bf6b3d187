-- The store's truth: one immutable row per fact, numbered without a hole (I2).
-- Names and SKUs compare byte by byte: two tills must never mean different goods by one name.

CREATE TABLE IF NOT EXISTS head (
  store_id      VARCHAR(32)  NOT NULL,
  epoch         INT          NOT NULL,
  next_seq      BIGINT       NOT NULL,
  commands_done BIGINT       NOT NULL,
  checksum      CHAR(16)     NOT NULL,
  PRIMARY KEY (store_id),
  CONSTRAINT head_epoch_from_one CHECK (epoch >= 1),
  CONSTRAINT head_seq_from_one CHECK (next_seq >= 1),
  CONSTRAINT head_commands_from_zero CHECK (commands_done >= 0)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS journal (
  epoch          INT          NOT NULL,
  seq            BIGINT       NOT NULL,
  store_id       VARCHAR(32)  NOT NULL,
  -- NULL only in entries that are about no SKU (command_refused, opened).
  sku            VARCHAR(64)  NULL,
  kind           VARCHAR(24)  NOT NULL,
  on_hand_delta  INT          NOT NULL,
  held_delta     INT          NOT NULL,
  on_hand        INT          NOT NULL,
  held           INT          NOT NULL,
  hold_id        VARCHAR(64)  NULL,
  caller         VARCHAR(64)  NOT NULL,
  request_id     VARCHAR(128) NOT NULL,
  reference      VARCHAR(128) NULL,
  reason         VARCHAR(256) NULL,
  occurred_at    DATETIME(6)  NOT NULL,
  recorded_at    DATETIME(6)  NOT NULL,
  PRIMARY KEY (epoch, seq),
  -- Outlives `requests`: a key older than seven days still can't sell twice.
  KEY journal_by_request (caller, request_id),
  KEY journal_by_sku (sku, epoch, seq),
  -- A count adds up what happened to its SKU after its observer looked.
  KEY journal_by_sku_and_time (sku, occurred_at),
  CONSTRAINT journal_seq_from_one CHECK (seq >= 1),
  CONSTRAINT journal_on_hand_not_negative CHECK (on_hand >= 0),
  CONSTRAINT journal_held_not_negative CHECK (held >= 0),
  CONSTRAINT journal_held_within_on_hand CHECK (held <= on_hand),
  CONSTRAINT journal_sku_named CHECK (sku IS NOT NULL OR kind IN ('command_refused', 'opened'))
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The running sum of the journal, with the number it stands at.
CREATE TABLE IF NOT EXISTS stock (
  sku               VARCHAR(64)  NOT NULL,
  -- The SKU in lower case: one shelf label, one SKU; a twin that differs only in case is refused.
  -- Twice as long: one capital letter (U+0130) becomes two characters.
  sku_folded        VARCHAR(128) NOT NULL,
  on_hand           INT          NOT NULL,
  held              INT          NOT NULL,
  epoch             INT          NOT NULL,
  seq               BIGINT       NOT NULL,
  last_restocked_at DATETIME(6)  NULL,
  -- When the newest count's observer looked.
  counted_at        DATETIME(6)  NULL,
  -- The first entry recorded after that count although it had happened before it: count this SKU again.
  late_seq          BIGINT       NULL,
  updated_at        DATETIME(6)  NOT NULL,
  PRIMARY KEY (sku),
  KEY stock_to_recount (late_seq),
  UNIQUE KEY stock_no_case_twins (sku_folded),
  CONSTRAINT stock_on_hand_not_negative CHECK (on_hand >= 0),
  CONSTRAINT stock_held_not_negative CHECK (held >= 0),
  CONSTRAINT stock_held_within_on_hand CHECK (held <= on_hand)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was answered to whom, kept seven days, so that the same key gets the same answer (I7).
CREATE TABLE IF NOT EXISTS requests (
  caller      VARCHAR(64)  NOT NULL,
  request_id  VARCHAR(128) NOT NULL,
  body_hash   BINARY(16)   NOT NULL,
  status      SMALLINT     NOT NULL,
  answer      MEDIUMTEXT   NOT NULL,
  recorded_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (caller, request_id),
  KEY requests_by_age (recorded_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row, upserted: behind every entry it vouches for in the binlog.
CREATE TABLE IF NOT EXISTS heartbeats (
  store_id      VARCHAR(32) NOT NULL,
  epoch         INT         NOT NULL,
  seq           BIGINT      NOT NULL,
  ping          BIGINT      NOT NULL,
  commands_done BIGINT      NOT NULL,
  checksum      CHAR(16)    NOT NULL,
  beat_at       DATETIME(6) NOT NULL,
  PRIMARY KEY (store_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Journal rows copied out again because central misses them; they travel like any entry.
CREATE TABLE IF NOT EXISTS replays (
  command_number BIGINT       NOT NULL,
  epoch          INT          NOT NULL,
  seq            BIGINT       NOT NULL,
  store_id       VARCHAR(32)  NOT NULL,
  sku            VARCHAR(64)  NULL,
  kind           VARCHAR(24)  NOT NULL,
  on_hand_delta  INT          NOT NULL,
  held_delta     INT          NOT NULL,
  on_hand        INT          NOT NULL,
  held           INT          NOT NULL,
  hold_id        VARCHAR(64)  NULL,
  caller         VARCHAR(64)  NOT NULL,
  request_id     VARCHAR(128) NOT NULL,
  reference      VARCHAR(128) NULL,
  reason         VARCHAR(256) NULL,
  occurred_at    DATETIME(6)  NOT NULL,
  recorded_at    DATETIME(6)  NOT NULL,
  PRIMARY KEY (command_number, epoch, seq)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
