"""Produces a record for each key, into the partition that the Java client would take.

    produce.py SERVERS TOPIC KEY...
"""

import sys

from confluent_kafka import Producer

servers, topic, *keys = sys.argv[1:]
producer = Producer({"bootstrap.servers": servers, "partitioner": "murmur2"})
for key in keys:
    headers = {"recallai-webhook-idempotency-key": key}
    producer.produce(topic, key=key.encode(), value=b"{}", headers=headers)
assert producer.flush(30) == 0
