"""Whether making batches holds learning up: an epoch against the bare Keras step loop on the same arrays."""

import time
from collections.abc import Iterator

import numpy as np
from figure import Figure

from training.learn.network import build
from training.learn.plan import mobilenet_plan
from training.learn.sampling import Batches
from training.learn.train import compile_for, step
from training.photos.prepare import Prepared
from training.photos.row import Row

CLASSES = ("melanoma", "nevus")
SIDE_PIXELS = 160


def figures(short: bool) -> Iterator[Figure]:
    """The ratio of both, in turns so that noise meets them alike."""
    plan, rounds, steps = mobilenet_plan(4, 1), 2 if short else 6, 4 if short else 20
    model = build("mobilenet", len(CLASSES) + 1, None, None)
    compile_for(model, plan, plan.phases[1])
    batches = Batches(_prepared(), plan.batch, plan.seed)
    same = list(batches.take(0, steps, SIDE_PIXELS))
    step(model, *same[0], 1e-4)
    ours = bare = 0.0
    for _ in range(rounds):
        started = time.perf_counter()
        for photos, numbers in same:
            step(model, photos, numbers, 1e-4)
        between = time.perf_counter()
        for photos, numbers in batches.take(0, steps, SIDE_PIXELS):
            step(model, photos, numbers, 1e-4)
        bare += between - started
        ours += time.perf_counter() - between
    yield Figure("MobileNet epoch, to the bare step loop on the same arrays", ours / bare, 1.2, "x")
    yield Figure("photos learned a second at 160 px", rounds * steps * plan.batch / ours, None, "1/s")


def _prepared() -> Prepared:
    rows = tuple(
        Row(
            path=f"{n}.jpg", label=CLASSES[n % 2], code=CLASSES[n % 2], dataset="", modality="dermoscopy",
            licence="", group=str(n), group_known=True, near_duplicate_of="", skin_tone="",
        )
        for n in range(64)
    )  # fmt: skip
    pixels = np.random.default_rng(1).integers(0, 256, (64, 256, 256, 3)).astype(np.uint8)
    return Prepared(rows, ("train",) * 64, CLASSES, pixels)
