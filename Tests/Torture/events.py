"""What is done to the sinks, to Kafka and to ADX.

Each event is planned from the seed alone: its planner draws every number it needs and returns a sentence and the deed.
So the same seed gives the same events in the same order; how they meet the processes is left to the machine.
"""

import dataclasses
import errno
import os
import signal
import time

from cluster import SIGNATURE_SECONDS
from processes import RunError, wait_until

SINKS = ("early", "late")
EVENTS = {}


@dataclasses.dataclass(frozen=True)
class Event:
    """A kind of event: how often it comes, compared with others, and how one is planned."""

    name: str
    weight: int
    plan: object


def event(weight):
    """Registers a planner under its name."""

    def register(planner):
        name = planner.__name__.replace("_", "-")
        EVENTS[name] = Event(name, weight, planner)
        return planner

    return register


def plan(random, names):
    """The next event: its name, its sentence and its deed."""
    names = [name for name in EVENTS if name in names]
    (name,) = random.choices(names, [EVENTS[name].weight for name in names])
    sentence, deed = EVENTS[name].plan(random)
    return name, sentence, deed


# Workers


@event(6)
def kill(random):
    sink, share = random.choice(SINKS), random.random()

    def deed(run):
        worker = run.sinks[sink].pick(share)
        if worker:
            run.sinks[sink].kill(worker)

    return f"kill -9 a worker of {sink}", deed


@event(4)
def stop(random):
    sink, share = random.choice(SINKS), random.random()

    def deed(run):
        worker = run.sinks[sink].pick(share)
        if worker:
            run.sinks[sink].stop(worker)

    return f"SIGTERM to a worker of {sink}", deed


@event(4)
def freeze(random):
    # The last one outlasts max.poll.interval.ms.
    sink, share, seconds = random.choice(SINKS), random.random(), random.choice((0.5, 2, 4, 8, 12))

    def deed(run):
        worker = run.sinks[sink].pick(share)
        if worker:
            worker.process.signal(signal.SIGSTOP)
            time.sleep(seconds)
            worker.process.signal(signal.SIGCONT)

    return f"SIGSTOP a worker of {sink} for {seconds} s", deed


@event(5)
def scale(random):
    sink, count = random.choice(SINKS), random.randint(1, 3)

    def deed(run):
        run.sinks[sink].scale(count)

    return f"{count} workers for {sink}", deed


# Brokers


@event(3)
def kill_broker(random):
    seconds = random.choice((0, 1, 4, 9))

    def deed(run):
        run.kafka.kill()
        time.sleep(seconds)
        run.kafka.restart()

    return f"kill -9 the broker, back after {seconds} s", deed


@event(2)
def freeze_broker(random):
    seconds = random.choice((1, 4, 9))

    def deed(run):
        run.kafka.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        run.kafka.process.signal(signal.SIGCONT)

    return f"SIGSTOP the broker for {seconds} s", deed


# ADX


def _faults(random):
    endpoint = random.choice(("blob", "blob", "queue", "queue", "management", "token"))
    kinds = [
        {"kind": "answer", "status": 503}, {"kind": "answer", "status": 500}, {"kind": "refuse"},
        {"kind": "throttle", "retryAfter": 1}, {"kind": "delay", "milliseconds": random.randint(100, 3000)},
    ]
    if endpoint in ("blob", "queue"):
        kinds.append({"kind": "cut"})
    return random.choice(kinds) | {
        "endpoint": endpoint, "probability": random.choice((0.2, 0.5, 1)), "seed": random.randrange(1 << 30),
        "seconds": random.randint(2, 15),
    }


@event(6)
def adx_faults(random):
    faults = [_faults(random) for _ in range(random.randint(1, 3))]
    words = "; ".join(
        f"{fault['endpoint']} {fault['kind']}{' ' + str(fault['status']) if 'status' in fault else ''} "
        f"p={fault['probability']} {fault['seconds']} s"
        for fault in faults
    )

    def deed(run):
        run.emulator.add(*faults)

    return f"ADX faults: {words}", deed


@event(2)
def silent_account(random):
    account, seconds = random.randrange(2), random.randint(5, 25)

    def deed(run):
        run.emulator.add(*(
            {"kind": "delay", "milliseconds": 90_000, "endpoint": endpoint, "contains": f"/emulated{account}/",
             "seconds": seconds}
            for endpoint in ("blob", "queue")
        ))

    return f"storage account {account} takes requests and never answers, for {seconds} s", deed


@event(2)
def silent_adx(random):
    seconds = random.choice((1, 5, 12))

    def deed(run):
        run.emulator.freeze(seconds)

    return f"ADX takes connections and never answers, for {seconds} s", deed


@event(1)
def outlive_signature(random):
    more = random.randint(3, 8)

    def deed(run):
        seconds = SIGNATURE_SECONDS + more
        run.emulator.add({"kind": "answer", "status": 503, "endpoint": "queue", "seconds": seconds})
        # The fault must be over before everything is repaired.
        run.faults_end = time.monotonic() + seconds

    return f"blobs are uploaded, but queues fail until {more} s after the end of their signatures", deed


# Disk


@event(2)
def full_disk(random):
    seconds = random.randint(3, 8)

    def deed(run):
        path = os.path.join(run.sinks["early"].folder, "ballast")
        run.emulator.add({"kind": "answer", "status": 503, "endpoint": "blob", "seconds": seconds})
        try:
            _fill(path)
            run.flows["orders"].burst(20_000)
            time.sleep(seconds)
        finally:
            os.unlink(path)

    return f"the disk of early is full for {seconds} s while storage fails", deed


def _fill(path):
    """Writes until the file system has nothing left."""
    with open(path, "wb", buffering=0) as file:
        try:
            while file.write(bytes(64 << 10)):
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def spill_files(run):
    """How much the spill files of the workers of `early` hold, if anything; they have no name, only their descriptors."""
    found = {}
    for worker in run.sinks["early"].workers[:]:
        folder = f"/proc/{worker.process.pid}/fd"
        try:
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                if "/spill" in os.readlink(path) and (blocks := os.stat(path).st_blocks):
                    found[path] = blocks
        except OSError:
            # The worker has just ended.
            continue
    return found


def _await_spill(run):
    """The spill files, once they hold something and grow no more."""
    deadline, sizes = time.monotonic() + 15, None
    while time.monotonic() < deadline:
        time.sleep(1)
        now = spill_files(run)
        if now and now == sizes:
            break
        sizes = now
    return list(sizes or ())


@event(2)
def damage_spill(random):
    is_cut = random.random() < 0.5

    def deed(run):
        run.emulator.add({"kind": "answer", "status": 503, "endpoint": "blob", "seconds": 60, "contains": "/ingestdata"})
        try:
            run.flows["orders"].burst(40_000)
            files = _await_spill(run)
            for path in files:
                try:
                    if is_cut:
                        os.truncate(path, 0)
                    else:
                        with open(path, "r+b") as file:
                            size = os.fstat(file.fileno()).st_size
                            for place in range(100, size, 4096):
                                file.seek(place)
                                byte = file.read(1)
                                if byte:
                                    file.seek(place)
                                    file.write(bytes([byte[0] ^ 0x55]))
                except OSError:
                    continue
            run.say(f"  {len(files)} spill files {'cut to nothing' if is_cut else 'altered'}")
            run.is_damaged = True
        finally:
            run.emulator.clear_faults()

    return f"spill files of early are {'cut to nothing' if is_cut else 'altered'} while storage fails", deed


# Records


@event(3)
def burst(random):
    topic, count = random.choice(("orders", "payments", "news")), random.randint(1000, 8000)

    def deed(run):
        (run.flows.get(topic) or run.flows["orders"]).burst(count)

    return f"{count} records to {topic} at once", deed


def _sink_of(topic):
    return "late" if topic == "news" else "early"


@event(3)
def expire(random):
    topic, share, is_frozen = random.choice(("orders", "news")), random.choice((0.3, 0.7, 1)), random.random() < 0.5

    def deed(run):
        sink, kafka, flow = run.sinks[_sink_of(topic)], run.kafka, run.flows[topic]
        frozen, count = [], 0
        if is_frozen:
            frozen = [worker for worker in sink.workers[:] if worker.is_running]
            for worker in frozen:
                worker.process.signal(signal.SIGSTOP)
        else:
            count = sink.halt(by_kill=False)
        try:
            partition = flow.partitions[0]
            flow.burst(600, partition)
            with flow.held():
                end = kafka.ends(topic)[partition]
                committed = kafka.committed(sink.group, topic).get(partition, 0)
                offset = min(end, committed + int((end - committed) * share))
                if offset > committed:
                    run.book.note_deletion(topic, partition, offset)
                    kafka.delete_records(topic, partition, offset)
                run.say(f"  {topic}-{partition} begins at {offset} now, {committed} was committed, {end} is the end")
        finally:
            for worker in frozen:
                worker.process.signal(signal.SIGCONT)
            if not is_frozen:
                sink.scale(count)

    who = "frozen" if is_frozen else "stopped"
    return f"retention takes {share:.0%} of what {_sink_of(topic)}, {who}, has not read of {topic}", deed


@event(2)
def truncate(random):
    share = random.choice((0.2, 0.6))

    def deed(run):
        sink, kafka, flow = run.sinks["early"], run.kafka, run.flows["orders"]
        partition = flow.partitions[-1]
        flow.burst(200, partition)
        with flow.held():
            before = kafka.ends("orders")[partition]
            if not _catch_up(run, sink, "orders"):
                return
            end = kafka.truncate("orders", partition, share)
            lost = run.book.cut("orders", partition, end)
            flow.renew()
            # A member that has read further cannot notice it once the log has outgrown that offset.
            # Finding the broker again takes a client up to 10 s, and joining again as long as a session.
            is_seen = _await(lambda: kafka.committed(sink.group, "orders").get(partition, 0) <= end, 120)
            run.say(
                f"  orders-{partition} ends at {end} instead of {before}, {lost} records are gone; "
                f"the group {'has noticed' if is_seen else 'still has a higher offset'}"
            )
            flow.burst(2 * (before - end) + 200, partition)

    return f"a crash of the broker takes {share:.0%} off the end of a partition of orders", deed


@event(2)
def topic_anew(random):
    is_running, seconds = random.random() < 0.5, random.choice((0, 2))

    def deed(run):
        sink, kafka, flow = run.sinks["early"], run.kafka, run.flows["alerts"]
        flow.burst(100)
        with flow.held():
            ends = kafka.ends("alerts")
            count = 0
            if is_running:
                if not _catch_up(run, sink, "alerts"):
                    return
            else:
                count = sink.halt(by_kill=False)
            kafka.delete("alerts")
            run.book.forget_topic("alerts")
            time.sleep(seconds)
            kafka.create("alerts", len(ends))
            flow.renew()
            if is_running:
                # A member cannot notice it once the new log has outgrown the offset that it reads at.
                flow.burst(200)
                _await(lambda: not kafka.lag(sink.group, ["alerts"]), 120)
            else:
                sink.scale(count)
        flow.burst(2 * max(ends.values()))

    return f"alerts is deleted and made anew while early is {'running' if is_running else 'stopped'}", deed


@event(2)
def corrupt(random):
    place = random.random()

    def deed(run):
        sink, kafka, flow = run.sinks["early"], run.kafka, run.flows["orders"]
        partition = flow.partitions[1]
        count = sink.halt(by_kill=False)
        with flow.held():
            path = kafka.segment("orders", partition)
            before = os.path.getsize(path)
            for _ in range(10):
                flow.burst(50, partition)
            # After the header of a batch, so that its checksum is wrong and everything else is right.
            at = _batch(path, before, place) + 70
            run.is_corrupted = True
            with open(path, "r+b") as file:
                _flip(file, at)
                try:
                    ends = len(run.exits("early"))
                    sink.scale(max(1, count))
                    # A worker that skips the place reads on, and what it skipped is lost.
                    is_refused = _await(lambda: len(run.exits("early")) > ends or _is_done(run, sink, partition), 40)
                    ended = run.exits("early")[ends:]
                    run.say(f"  {'ended: ' + ended[0] if ended else 'read on' if is_refused else 'waits'}")
                finally:
                    _flip(file, at)

    return "one byte of a batch in orders is flipped, and flipped back when the workers had their look", deed


def _is_done(run, sink, partition):
    return run.kafka.committed(sink.group, "orders").get(partition) == run.kafka.ends("orders")[partition]


def _flip(file, place):
    file.seek(place)
    byte = file.read(1)
    file.seek(place)
    file.write(bytes([byte[0] ^ 0x10]))
    file.flush()


def _batch(path, start, share):
    """Where one of the batches after `start` begins: its base offset is 8 bytes, then its length is 4."""
    places, size = [], os.path.getsize(path)
    with open(path, "rb") as file:
        place = start
        while place + 12 < size:
            places.append(place)
            file.seek(place + 8)
            place += 12 + int.from_bytes(file.read(4), "big")
    if not places:
        raise RunError(f"{path} has no batch behind {start}")
    return places[int(share * len(places))]


# Partitions of which nothing was read yet


@event(5)
def wake(random):
    by_kill = random.random() < 0.5

    def deed(run):
        sink, flow = run.sinks["late"], run.flows["news"]
        idle = [partition for partition in range(run.kafka.partitions("news")) if partition not in flow.partitions]
        if not idle:
            run.say("  every partition has had records")
            return
        count = sink.halt(by_kill)
        flow.burst(100, idle[0])
        flow.partitions = [*flow.partitions, idle[0]]
        sink.scale(max(1, count))

    return f"an idle partition of news gets its first records while late is {'killed' if by_kill else 'stopped'}", deed


@event(2)
def widen(random):
    more = random.randint(1, 2)

    def deed(run):
        sink, kafka, flow = run.sinks["late"], run.kafka, run.flows["news"]
        count = kafka.partitions("news")
        if count + more > 16:
            return
        # Members that know the old count must be running.
        if not _await(lambda: not kafka.lag(sink.group, ["news"]) or sink.await_positions(0.1), 20):
            return
        kafka.widen("news", count + more)
        flow.burst(200, count)
        flow.partitions = [*flow.partitions, count]
        sink.await_positions(60)

    return f"{more} partitions are added to news while late runs, and get records at once", deed


def _catch_up(run, sink, topic):
    """Lets a sink read and commit everything in a topic whose producer is held; returns whether it did.

    A reader that is ahead of its commits cannot know what a log lost if the log outgrows its position meanwhile.
    """
    run.emulator.clear_faults()
    is_done = _await(lambda: not run.kafka.lag(sink.group, [topic]), 60)
    if not is_done:
        run.say(f"  left out: {sink.name} does not catch up with {topic}")
    return is_done


def _await(condition, timeout):
    """Whether a condition on what Kafka says becomes true in time."""
    try:
        return bool(wait_until(condition, "", timeout, 0.2))
    except RunError:
        return False
