"""A stand-in for Kafka: the mock cluster of librdkafka, from the wheel of confluent-kafka.

Prints `ready HOST:PORT[,HOST:PORT...]`, then does what the lines of its input say, and answers each with
`done`:

    topic NAME PARTITIONS      makes a topic
    leader NAME PARTITION ID   makes a broker the leader of a partition
    down ID / up ID            takes a broker from the network, with its connections, and back
    delay ID MILLISECONDS      lets a broker answer late
    errors API CODE COUNT      lets the next requests of a kind fail with an error code of Kafka

Ends with its input.
"""

import ctypes
import pathlib
import sys

import confluent_kafka

BROKERS = int(sys.argv[1])

# The library that the wheel brings, which the import above has loaded.
libraries = pathlib.Path(confluent_kafka.__file__).parent.with_name("confluent_kafka.libs")
library = ctypes.CDLL(str(next(libraries.glob("librdkafka-*.so*"))))

pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
for name, result, arguments in [
    ("conf_new", pointer, []),
    ("new", pointer, [number, pointer, text, ctypes.c_size_t]),
    ("mock_cluster_new", pointer, [pointer, number]),
    ("mock_cluster_bootstraps", text, [pointer]),
    ("mock_topic_create", number, [pointer, text, number, number]),
    ("mock_partition_set_leader", number, [pointer, text, ctypes.c_int32, ctypes.c_int32]),
    ("mock_broker_set_down", number, [pointer, ctypes.c_int32]),
    ("mock_broker_set_up", number, [pointer, ctypes.c_int32]),
    ("mock_broker_set_rtt", number, [pointer, ctypes.c_int32, number]),
    (
        "mock_push_request_errors_array",
        None,
        [pointer, ctypes.c_int16, ctypes.c_size_t, ctypes.POINTER(number)],
    ),
]:
    function = getattr(library, "rd_kafka_" + name)
    function.restype, function.argtypes = result, arguments

reason = ctypes.create_string_buffer(500)
client = library.rd_kafka_new(0, library.rd_kafka_conf_new(), reason, 500)
assert client, reason.value
cluster = library.rd_kafka_mock_cluster_new(client, BROKERS)
assert cluster


def topic(name, partitions):
    replicas = min(BROKERS, 3)
    return library.rd_kafka_mock_topic_create(cluster, name.encode(), int(partitions), replicas)


def leader(name, partition, broker):
    set_leader = library.rd_kafka_mock_partition_set_leader
    return set_leader(cluster, name.encode(), int(partition), int(broker))


def down(broker):
    return library.rd_kafka_mock_broker_set_down(cluster, int(broker))


def up(broker):
    return library.rd_kafka_mock_broker_set_up(cluster, int(broker))


def delay(broker, milliseconds):
    return library.rd_kafka_mock_broker_set_rtt(cluster, int(broker), int(milliseconds))


def errors(api, code, count):
    codes = (number * int(count))(*[int(code)] * int(count))
    return library.rd_kafka_mock_push_request_errors_array(cluster, int(api), int(count), codes)


COMMANDS = {f.__name__: f for f in (topic, leader, down, up, delay, errors)}

print("ready", library.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)
for line in sys.stdin:
    command, *arguments = line.split()
    failed = COMMANDS[command](*arguments)
    print(f"failed {failed}" if failed else "done", flush=True)
