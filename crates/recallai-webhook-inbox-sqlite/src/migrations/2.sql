-- What attempts at jobs failed with: the last of each job. A success writes nothing here.
CREATE TABLE failures (
    job     INTEGER NOT NULL, -- jobs.id
    token   INTEGER NOT NULL, -- of the lease under which it failed: rises, where attempts are counted anew
    attempt INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    error   TEXT NOT NULL,
    PRIMARY KEY (job, token)
) STRICT, WITHOUT ROWID;

-- What is known of those that failed before: of a dead letter its last attempt.
INSERT INTO failures (job, token, attempt, at, error)
    SELECT id, token, attempts, ended_at, error FROM jobs
    WHERE state = 'dead' AND error IS NOT NULL AND ended_at IS NOT NULL;
