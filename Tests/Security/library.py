"""The librdkafka that a worker needs for SCRAM."""

import ctypes
import glob
import os

import confluent_kafka

from processes import RunError

# Older ones send their nonce twice, which Kafka 4 refuses (github.com/confluentinc/librdkafka/pull/4895).
FIRST_WITH_SCRAM = 0x020601FF


def environment(folder):
    """What has to be in a worker's environment so that it can sign in by SCRAM to Kafka 4.

    Nothing where the system's library is new enough; otherwise the one that confluent-kafka brings along, which is linked
    with nothing of its own kind and has no Kerberos.
    """
    version = ctypes.CDLL("librdkafka.so.1").rd_kafka_version()
    if version >= FIRST_WITH_SCRAM:
        return {}
    package = os.path.dirname(confluent_kafka.__file__)
    found = glob.glob(os.path.join(os.path.dirname(package), "confluent_kafka.libs", "librdkafka-*.so.1"))
    if len(found) != 1:
        raise RunError(f"librdkafka {version >> 24}.{version >> 16 & 255} cannot sign in by SCRAM to Kafka 4, and "
                       "confluent-kafka was installed without a library of its own")
    os.makedirs(folder)
    os.symlink(found[0], os.path.join(folder, "librdkafka.so.1"))
    return {"LD_LIBRARY_PATH": folder}
