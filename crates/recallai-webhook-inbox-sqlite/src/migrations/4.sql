-- What a probe writes anew, to see whether a message could be stored.
CREATE TABLE probe (
    id      INTEGER PRIMARY KEY, -- always 1
    written BLOB NOT NULL        -- nobody reads it
) STRICT;
