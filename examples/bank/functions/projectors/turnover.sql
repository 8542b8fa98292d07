CREATE TABLE turnover (
    day TEXT NOT NULL, -- 2026-01-31
    account TEXT NOT NULL,
    count INTEGER NOT NULL,
    cents INTEGER NOT NULL,
    PRIMARY KEY (day, account)
) WITHOUT ROWID;
