"""A worker is known to be alive as long as it gives signs of life."""

import sqlalchemy as sa


def test_a_worker_counts_from_its_start_to_its_end(heartbeat, parts):
    with heartbeat.beating():
        (alive,) = parts.workers.alive()
        assert alive.model == "scripted 1"
    assert parts.workers.alive() == ()


def test_one_that_was_killed_counts_for_one_lease_and_its_row_for_a_day(heartbeat, parts, clock):
    heartbeat.beat()
    clock.pass_(seconds=59)
    assert len(parts.workers.alive()) == 1
    clock.pass_(seconds=2)
    assert parts.workers.alive() == ()
    clock.pass_(days=2)
    parts.workers.here("another", "scripted 1")
    with parts.database.read() as r:
        assert r.execute(sa.text("SELECT id FROM workers")).scalars().all() == ["another"]


def test_only_the_job_at_hand_is_renewed(heartbeat, line, clock):
    line.case()
    job = line.claimed()
    with heartbeat.holding(job):
        clock.pass_(seconds=50)
        heartbeat.beat()
    clock.pass_(seconds=50)
    heartbeat.beat()
    assert line.queue.claim("another") is None
    clock.pass_(seconds=10)
    assert line.claimed("another").number == job.number


def test_a_beat_that_the_database_does_not_take_is_only_late(heartbeat, parts, monkeypatch):
    def fail(*_):
        raise sa.exc.OperationalError("", {}, OSError())

    monkeypatch.setattr(parts.workers, "here", fail)
    heartbeat.beat()
    monkeypatch.undo()
    heartbeat.beat()
    assert len(parts.workers.alive()) == 1
