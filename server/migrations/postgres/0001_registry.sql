-- Times are microseconds since 1970. Booleans are 0 and 1. What is called `sealed` is encrypted under the master key.

-- One row. Each change adds one to the version; taking this row first puts all writers in a line.
CREATE TABLE registry (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL,
    sealed_check BYTEA NOT NULL
);

CREATE TABLE origins (
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    include_canonical_header BIGINT NOT NULL,
    canonical_base_url TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    etag TEXT NOT NULL
);

CREATE TABLE origin_secrets (
    origin_id TEXT NOT NULL REFERENCES origins (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (origin_id, field)
);

CREATE TABLE url_endpoints (
    id TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    url_prefix TEXT NOT NULL,
    restrict_unsigned BIGINT NOT NULL,
    restrict_unnamed BIGINT NOT NULL,
    unknown_parameters TEXT NOT NULL,
    default_image TEXT NOT NULL,
    profile TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    etag TEXT NOT NULL
);

CREATE UNIQUE INDEX url_endpoints_url_prefix ON url_endpoints (url_prefix) WHERE url_prefix <> '';

CREATE TABLE url_endpoint_hosts (
    host TEXT PRIMARY KEY,
    url_endpoint_id TEXT NOT NULL REFERENCES url_endpoints (id) ON DELETE CASCADE,
    position BIGINT NOT NULL
);

CREATE TABLE url_endpoint_origins (
    url_endpoint_id TEXT NOT NULL REFERENCES url_endpoints (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    origin_id TEXT NOT NULL REFERENCES origins (id),
    PRIMARY KEY (url_endpoint_id, position),
    UNIQUE (url_endpoint_id, origin_id)
);

CREATE TABLE access_keys (
    id TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL,
    create_time BIGINT NOT NULL
);
