"""Whether every record is in its table, or accounted for by name."""

import collections
import json
import re

import records

# Log lines that name records which are not in a table; the names are the worker's.
SKIPPED = "Error encountered in task "
RANGE = re.compile(r"^(\d+)\.\.(\d+)$")


class Words:
    """What the workers said about records, from all their logs."""

    def __init__(self):
        # Offsets of records that could not be converted, by partition.
        self.skipped = collections.defaultdict(set)
        # Ranges of offsets that were gone before they were read, by partition.
        self.expired = collections.defaultdict(list)
        # Batches that were given up, by partition: how often, and the first reason.
        self.dropped = {}
        self.crashes = []

    def read(self, worker):
        with open(worker.process.log, errors="replace") as file:
            for line in file:
                if not line.startswith("{"):
                    if "Fatal error" in line or "Current stack trace" in line:
                        self.crashes.append(f"{worker.name}: {line.strip()}")
                    continue
                try:
                    self._take(worker, json.loads(line))
                except json.JSONDecodeError:
                    # The last line of a worker that was killed.
                    continue

    def _take(self, worker, line):
        message = line.get("message", "")
        place = line.get("kafka.topic"), int(line.get("kafka.partition", -1))
        if message.startswith(SKIPPED):
            self.skipped[place].add(int(line["kafka.offset"]))
        elif message.startswith("batch dropped"):
            count, first = self.dropped.get(place, (0, f"{worker.name}: offsets {line.get('kafka.offsets')}: {line.get('error')}"))
            self.dropped[place] = count + 1, first
        elif "retention" in message or "expired" in message:
            match = RANGE.match(line.get("kafka.offsets", ""))
            if match:
                self.expired[place].append((int(match[1]), int(match[2])))

    def names_expired(self, record):
        place = record.topic, record.partition
        return any(lower <= record.offset <= upper for lower, upper in self.expired[place])


class Verdict:
    """The account of a run; `problems` is empty when nothing was lost, altered or passed over in silence."""

    def __init__(self):
        self.problems = []
        self.account = collections.Counter()

    def judge(self, book, tables, words):
        """Judges all records; `tables` has for each topic the rows of its table, as pairs of number and body."""
        rows = collections.Counter()
        for topic, found in tables.items():
            for number, body in found:
                self._judge_row(book, topic, number, body, rows)
        missing = collections.defaultdict(list)
        for record in book.records:
            outcome = self._outcome(record, rows[record.number], book, words)
            self.account[outcome] += 1
            if outcome.startswith("LOST") or outcome.startswith("WRONG"):
                missing[outcome, record.topic, record.partition].append(record)
        for (outcome, topic, partition), lost in sorted(missing.items(), key=str):
            offsets = [each.offset for each in lost if each.offset is not None]
            where = f"offsets {min(offsets)} to {max(offsets)}" if offsets else "not acknowledged"
            self.problems.append(f"{outcome}: {len(lost)} records of {topic}-{partition}, {where}")
        self.account["rows more than once"] = sum(count - 1 for count in rows.values() if count > 1)
        for (topic, partition), (count, first) in sorted(words.dropped.items()):
            self.problems.append(f"{count} batches of {topic}-{partition} were dropped though nothing may be; the first: {first}")
        self.problems += [f"a worker crashed: {each}" for each in words.crashes]

    def _judge_row(self, book, topic, number, body, rows):
        record = book.records[number] if number is not None and 0 <= number < len(book.records) else None
        if record is None or record.topic != topic:
            self.problems.append(f"a row of {topic} that nobody produced: id {number}")
        elif body != records.body(number):
            self.problems.append(f"an altered row of {record.place}: id {number}, {str(body)[:40]!r}")
        else:
            rows[number] += 1

    @staticmethod
    def _outcome(record, rows, book, words):
        if record.state == records.ABORTED:
            return "WRONG: in the table though its transaction was aborted" if rows else "aborted"
        if rows:
            return "in the table"
        if record.state in (records.UNCLEAR, records.CUT, records.DELETED):
            return {
                records.UNCLEAR: "unclear to the producer", records.CUT: "lost by the broker with the end of its log",
                records.DELETED: "deleted with its topic",
            }[record.state]
        if record.state == records.SENT:
            return "LOST: never acknowledged"
        place = record.topic, record.partition
        if record.state == records.BAD and record.offset in words.skipped[place]:
            return "named as not convertible"
        if record.offset < book.deleted_to.get(place, 0):
            if words.names_expired(record):
                return "named as expired"
            return "LOST in silence: expired, and no worker said so"
        if record.state == records.BAD:
            return "LOST in silence: not convertible, and no worker said so"
        return "LOST"
