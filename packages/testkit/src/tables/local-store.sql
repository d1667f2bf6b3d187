CREATE TABLE `head` (
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `epoch` int NOT NULL,
  `next_seq` bigint NOT NULL,
  `commands_done` bigint NOT NULL,
  `checksum` char(16) COLLATE utf8mb4_bin NOT NULL,
  `steady_at` datetime(6) DEFAULT NULL,
  `era` bigint NOT NULL DEFAULT '0',
  `opening_reason` varchar(256) COLLATE utf8mb4_bin DEFAULT NULL,
  `covered_epoch` int NOT NULL DEFAULT '1',
  PRIMARY KEY (`store_id`),
  CONSTRAINT `head_commands_from_zero` CHECK ((`commands_done` >= 0)),
  CONSTRAINT `head_epoch_from_one` CHECK ((`epoch` >= 1)),
  CONSTRAINT `head_seq_from_one` CHECK ((`next_seq` >= 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `heartbeats` (
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `ping` bigint NOT NULL,
  `commands_done` bigint NOT NULL,
  `checksum` char(16) COLLATE utf8mb4_bin NOT NULL,
  `beat_at` datetime(6) NOT NULL,
  `era` bigint DEFAULT NULL,
  PRIMARY KEY (`store_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `journal` (
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `sku` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `kind` varchar(24) COLLATE utf8mb4_bin NOT NULL,
  `on_hand_delta` int NOT NULL,
  `held_delta` int NOT NULL,
  `on_hand` int NOT NULL,
  `held` int NOT NULL,
  `hold_id` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `caller` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `request_id` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `reference` varchar(128) COLLATE utf8mb4_bin DEFAULT NULL,
  `reason` varchar(256) COLLATE utf8mb4_bin DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `recorded_at` datetime(6) NOT NULL,
  PRIMARY KEY (`epoch`,`seq`),
  KEY `journal_by_request` (`caller`,`request_id`),
  KEY `journal_by_sku` (`sku`,`epoch`,`seq`),
  KEY `journal_by_sku_and_times` (`sku`,`recorded_at`,`occurred_at`,`kind`,`on_hand_delta`),
  CONSTRAINT `journal_held_not_negative` CHECK ((`held` >= 0)),
  CONSTRAINT `journal_held_within_on_hand` CHECK ((`held` <= `on_hand`)),
  CONSTRAINT `journal_on_hand_not_negative` CHECK ((`on_hand` >= 0)),
  CONSTRAINT `journal_seq_from_one` CHECK ((`seq` >= 1)),
  CONSTRAINT `journal_sku_named` CHECK (((`sku` is not null) or (`kind` in (_utf8mb4'command_refused',_utf8mb4'opened'))))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `replays` (
  `command_number` bigint NOT NULL,
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `sku` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `kind` varchar(24) COLLATE utf8mb4_bin NOT NULL,
  `on_hand_delta` int NOT NULL,
  `held_delta` int NOT NULL,
  `on_hand` int NOT NULL,
  `held` int NOT NULL,
  `hold_id` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `caller` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `request_id` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `reference` varchar(128) COLLATE utf8mb4_bin DEFAULT NULL,
  `reason` varchar(256) COLLATE utf8mb4_bin DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `recorded_at` datetime(6) NOT NULL,
  `copied_on` date NOT NULL DEFAULT '2000-01-01',
  PRIMARY KEY (`command_number`,`epoch`,`seq`,`copied_on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `requests` (
  `caller` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `request_id` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `body_hash` binary(16) NOT NULL,
  `status` smallint NOT NULL,
  `answer` mediumtext COLLATE utf8mb4_bin,
  `recorded_at` datetime(6) NOT NULL,
  PRIMARY KEY (`caller`,`request_id`),
  KEY `requests_by_age` (`recorded_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `stock` (
  `sku` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `sku_folded` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `on_hand` int NOT NULL,
  `held` int NOT NULL,
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `last_restocked_at` datetime(6) DEFAULT NULL,
  `counted_at` datetime(6) DEFAULT NULL,
  `late_seq` bigint DEFAULT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  UNIQUE KEY `stock_no_case_twins` (`sku_folded`),
  KEY `stock_to_recount` (`late_seq`),
  CONSTRAINT `stock_held_not_negative` CHECK ((`held` >= 0)),
  CONSTRAINT `stock_held_within_on_hand` CHECK ((`held` <= `on_hand`)),
  CONSTRAINT `stock_on_hand_not_negative` CHECK ((`on_hand` >= 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
