-- What there is to prune, by endpoint and age. What is forgotten leaves it, and the time of the first
-- delivery never changes, so that a delivery that is repeated writes nothing here.
CREATE INDEX messages_by_age ON messages (endpoint, received_at) WHERE forgotten_at IS NULL;
