CREATE TABLE `head` (
  `store_id` varchar(32) NOT NULL,
  `epoch` int(11) NOT NULL,
  `next_seq` bigint(20) NOT NULL,
  `commands_done` bigint(20) NOT NULL,
  `checksum` char(16) NOT NULL,
  `steady_at` datetime(6) DEFAULT NULL,
  `era` bigint(20) NOT NULL DEFAULT 0,
  `opening_reason` varchar(256) DEFAULT NULL,
  `covered_epoch` int(11) NOT NULL DEFAULT 1,
  PRIMARY KEY (`store_id`),
  CONSTRAINT `head_epoch_from_one` CHECK (`epoch` >= 1),
  CONSTRAINT `head_seq_from_one` CHECK (`next_seq` >= 1),
  CONSTRAINT `head_commands_from_zero` CHECK (`commands_done` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `heartbeats` (
  `store_id` varchar(32) NOT NULL,
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `ping` bigint(20) NOT NULL,
  `commands_done` bigint(20) NOT NULL,
  `checksum` char(16) NOT NULL,
  `beat_at` datetime(6) NOT NULL,
  `era` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`store_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `journal` (
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `sku` varchar(64) DEFAULT NULL,
  `kind` varchar(24) NOT NULL,
  `on_hand_delta` int(11) NOT NULL,
  `held_delta` int(11) NOT NULL,
  `on_hand` int(11) NOT NULL,
  `held` int(11) NOT NULL,
  `hold_id` varchar(64) DEFAULT NULL,
  `caller` varchar(64) NOT NULL,
  `request_id` varchar(128) NOT NULL,
  `reference` varchar(128) DEFAULT NULL,
  `reason` varchar(256) DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `recorded_at` datetime(6) NOT NULL,
  PRIMARY KEY (`epoch`,`seq`),
  KEY `journal_by_request` (`caller`,`request_id`),
  KEY `journal_by_sku` (`sku`,`epoch`,`seq`),
  KEY `journal_by_sku_and_times` (`sku`,`recorded_at`,`occurred_at`,`kind`,`on_hand_delta`),
  CONSTRAINT `journal_seq_from_one` CHECK (`seq` >= 1),
  CONSTRAINT `journal_on_hand_not_negative` CHECK (`on_hand` >= 0),
  CONSTRAINT `journal_held_not_negative` CHECK (`held` >= 0),
  CONSTRAINT `journal_held_within_on_hand` CHECK (`held` <= `on_hand`),
  CONSTRAINT `journal_sku_named` CHECK (`sku` is not null or `kind` in ('command_refused','opened'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `replays` (
  `command_number` bigint(20) NOT NULL,
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `sku` varchar(64) DEFAULT NULL,
  `kind` varchar(24) NOT NULL,
  `on_hand_delta` int(11) NOT NULL,
  `held_delta` int(11) NOT NULL,
  `on_hand` int(11) NOT NULL,
  `held` int(11) NOT NULL,
  `hold_id` varchar(64) DEFAULT NULL,
  `caller` varchar(64) NOT NULL,
  `request_id` varchar(128) NOT NULL,
  `reference` varchar(128) DEFAULT NULL,
  `reason` varchar(256) DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `recorded_at` datetime(6) NOT NULL,
  `copied_on` date NOT NULL DEFAULT '2000-01-01',
  PRIMARY KEY (`command_number`,`epoch`,`seq`,`copied_on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `requests` (
  `caller` varchar(64) NOT NULL,
  `request_id` varchar(128) NOT NULL,
  `body_hash` binary(16) NOT NULL,
  `status` smallint(6) NOT NULL,
  `answer` mediumtext DEFAULT NULL,
  `recorded_at` datetime(6) NOT NULL,
  PRIMARY KEY (`caller`,`request_id`),
  KEY `requests_by_age` (`recorded_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `stock` (
  `sku` varchar(64) NOT NULL,
  `sku_folded` varchar(128) NOT NULL,
  `on_hand` int(11) NOT NULL,
  `held` int(11) NOT NULL,
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `last_restocked_at` datetime(6) DEFAULT NULL,
  `counted_at` datetime(6) DEFAULT NULL,
  `late_seq` bigint(20) DEFAULT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  UNIQUE KEY `stock_no_case_twins` (`sku_folded`),
  KEY `stock_to_recount` (`late_seq`),
  CONSTRAINT `stock_on_hand_not_negative` CHECK (`on_hand` >= 0),
  CONSTRAINT `stock_held_not_negative` CHECK (`held` >= 0),
  CONSTRAINT `stock_held_within_on_hand` CHECK (`held` <= `on_hand`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
