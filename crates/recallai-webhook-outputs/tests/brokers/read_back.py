"""Reads back everything that is in a broker, with a client that is none of ours.

    read_back.py nats  PORT STREAM
    read_back.py redis PORT STREAM
    read_back.py amqp  PORT QUEUE
    read_back.py kafka SERVERS TOPIC

Prints a line of JSON for each message: {"key", "place", "body", "labels": {...}}, in which `place` is where the
broker has it: a subject, a routing key, a partition.
"""

import asyncio
import json
import sys

broker, server, place = sys.argv[1:]


def show(key, where, body, labels):
    print(json.dumps({"key": key, "place": where, "body": body.decode(), "labels": labels}))


def texts(pairs):
    return {
        (name if isinstance(name, str) else name.decode()): (
            value if isinstance(value, str) else value.decode()
        )
        for name, value in pairs
    }


async def nats():
    from nats import connect

    client = await connect(f"nats://127.0.0.1:{server}")
    jetstream = client.jetstream()
    stream = await jetstream.stream_info(place)
    reader = await jetstream.subscribe(">", stream=place, ordered_consumer=True)
    for _ in range(stream.state.messages):
        message = await reader.next_msg(timeout=30)
        labels = texts(message.headers.items())
        show(labels["Nats-Msg-Id"], message.subject, message.data, labels)
    await client.close()


def redis():
    from redis import Redis

    client = Redis(port=int(server))
    after = b"-"
    while entries := client.xrange(place, min=after, count=1000):
        for entry, fields in entries:
            labels = texts(fields.items())
            show(labels["idempotency-key"], place, fields[b"body"], labels)
        after = b"(" + entries[-1][0]


def amqp():
    import pika

    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(server)))
    channel = connection.channel()
    while True:
        method, properties, body = channel.basic_get(place, auto_ack=True)
        if method is None:
            break
        assert properties.delivery_mode == 2
        labels = texts(properties.headers.items()) | {"content-type": properties.content_type}
        show(properties.message_id, method.routing_key, body, labels)
    connection.close()


def kafka():
    from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

    client = Consumer({"bootstrap.servers": server, "group.id": "read-back"})
    partitions = client.list_topics(place).topics[place].partitions
    ends = {
        number: client.get_watermark_offsets(TopicPartition(place, number))[1]
        for number in partitions
    }
    client.assign([TopicPartition(place, number, OFFSET_BEGINNING) for number in partitions])
    left = sum(ends.values())
    while left:
        message = client.poll(30)
        assert message is not None and message.error() is None, message and message.error()
        left -= 1
        labels = texts(message.headers())
        if message.key() is not None:
            labels["key"] = message.key().decode()
        key = labels["recallai-webhook-idempotency-key"]
        show(key, str(message.partition()), message.value(), labels)
    client.close()


if broker == "nats":
    asyncio.run(nats())
else:
    {"redis": redis, "amqp": amqp, "kafka": kafka}[broker]()
