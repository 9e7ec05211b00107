"""The last step: nothing was written where nothing may be."""

import debian
from suite import check, step

snapshot = debian.snapshot


@step("no file of the images' roots was written while they ran")
def nothing_written(run):
    for name, image in run.images.items():
        now = snapshot(image.root)
        before = run.before[image.root]
        changed = sorted(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))
        check(not changed, f"{name}: {', '.join(changed[:10])}")
