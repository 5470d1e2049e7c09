-- The uid stays when the name changes. Names differ by case.
CREATE TABLE named_transformations (
    uid TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    transformation TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    etag TEXT NOT NULL
);
