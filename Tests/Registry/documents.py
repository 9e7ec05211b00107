"""Compares rows with the documents that were written, by their number."""

import decimal


def documents(sink, table, count, timeout=180):
    """The documents of a table by their number, once there are so many rows."""
    sink.await_rows(table, count, timeout)
    rows = sink.cluster.exact_rows(table)
    assert len(rows) == count, f"{len(rows)} rows, {count} are expected"
    found = {identifier: document for identifier, document in rows}
    assert len(found) == count, "a number is there twice"
    return found


def route(rig, name, format="json", partitions=1, streaming=False):
    """Makes a topic and a table with the columns `id` and `doc`; returns what the mapping of a sink says of them."""
    table = name.replace("-", "_").capitalize()
    rig.topic(name, partitions)
    rig.cluster.create(table, format=format, paths={"id": "$.id", "doc": "$"}, streaming=streaming)
    result = {"topic": name, "table": table, "format": format, "mapping": "rows"}
    return result | {"streaming": True} if streaming else result


def exact(value):
    """JSON as it is read here: numbers that are not whole are decimals."""
    if isinstance(value, float):
        return decimal.Decimal(repr(value))
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list) else value


def random_document(random, depth=3):
    """A random JSON object without an `id`."""
    return {_text(random): _value(random, depth - 1) for _ in range(random.randint(0, 5))}


def _value(random, depth):
    kind = random.randrange(8 if depth else 6)
    if kind < 2:
        return _text(random)
    if kind == 2:
        return random.choice((0, -1, 2**31, 2**53 + 1, -(2**63), 2**64, 10**30, random.randint(-10**6, 10**6)))
    if kind == 3:
        return random.choice((0.1, -2.5, 1e22, 1.7976931348623157e308, 5e-324, random.uniform(-1, 1)))
    if kind < 6:
        return random.choice((None, True, False))
    if kind == 6:
        return [_value(random, depth - 1) for _ in range(random.randint(0, 4))]
    return random_document(random, depth)


def _text(random):
    return "".join(random.choice('abcXYZ019 "\\/\n\t\x01éß中😀\u2028') for _ in range(random.randint(0, 12)))
