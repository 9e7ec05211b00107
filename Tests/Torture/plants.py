"""Faults that a debug build of the worker can have again, and the events that must bring each to light."""

PLANTS = {
    # A partition of which nothing was read has no committed offset.
    "start-not-committed": ("wake", "burst"),
    # A retry posts the URL of a blob again whose signature has ended.
    "stale-url": ("outlive-signature", "burst"),
    # A corrupt batch is passed over.
    "corrupt-passed": ("corrupt", "burst"),
    # After a truncation the group keeps its old, higher offset.
    "truncation-ignored": ("truncate",),
    # Records that expired before they were read are passed over in silence.
    "expiry-silent": ("expire",),
    # A spill that cannot be read back is dropped like a rejected batch.
    "spill-dropped": ("damage-spill",),
}
