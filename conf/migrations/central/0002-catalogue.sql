-- What central decides itself: products, prices and how many units to keep out of the promise.

CREATE TABLE IF NOT EXISTS products (
  sku         VARCHAR(64)  NOT NULL,
  -- The SKU in lower case: a twin that differs only in case is refused, as the stores do.
  sku_folded  VARCHAR(64)  NOT NULL,
  name        VARCHAR(256) NOT NULL,
  category    VARCHAR(64)  NULL,
  price_minor BIGINT       NOT NULL,
  currency    CHAR(3)      NOT NULL,
  attributes  JSON         NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  updated_at  DATETIME(6)  NOT NULL,
  PRIMARY KEY (sku),
  UNIQUE KEY products_no_case_twins (sku_folded),
  KEY products_by_category (category, sku),
  CONSTRAINT products_price_not_negative CHECK (price_minor >= 0)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every change of a product, with who and when. Never updated.
CREATE TABLE IF NOT EXISTS product_changes (
  sku        VARCHAR(64) NOT NULL,
  revision   INT         NOT NULL,
  change_kind VARCHAR(16) NOT NULL,
  changed_by VARCHAR(64) NOT NULL,
  changed_at DATETIME(6) NOT NULL,
  before_row JSON        NULL,
  after_row  JSON        NULL,
  PRIMARY KEY (sku, revision)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Safety stock rules. An empty string means "any": NULL would escape the unique key.
CREATE TABLE IF NOT EXISTS margins (
  store_id   VARCHAR(32)  NOT NULL,
  category   VARCHAR(64)  NOT NULL,
  sku        VARCHAR(64)  NOT NULL,
  units      INT          NOT NULL,
  updated_by VARCHAR(64)  NOT NULL,
  updated_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (store_id, category, sku),
  CONSTRAINT margins_units_not_negative CHECK (units >= 0),
  CONSTRAINT margins_sku_or_category CHECK (category = '' OR sku = '')
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
