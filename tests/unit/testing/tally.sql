CREATE TABLE tally (customer TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX tally_by_count ON tally (count);
