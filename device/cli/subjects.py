"""``kiosk subjects``: who was seen, by pseudonym, and their lesions over time."""

import click

from device.case import Case
from device.cli import build, say
from device.errors import CaseUnknown
from device.store import Store, Subject

_SUBJECTS_AT_ONCE = 200


@click.group()
def subjects() -> None:
    """Subjects, by the pseudonyms that the clinic chose."""


@subjects.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_subjects(ctx: click.Context, as_json: bool) -> None:
    """Every subject, with the newest case."""
    known = _all(build.store(build.settings(ctx)))
    if as_json:
        say.json_line({"subjects": [subject.as_json() for subject in known]})
        return
    rows = [(s.name, str(s.lesions), str(s.cases), s.newest_case_id) for s in known]
    say.table(("subject", "lesions", "cases", "newest case"), rows)


@subjects.command()
@click.argument("subject", metavar="SUBJECT")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def show(ctx: click.Context, subject: str, as_json: bool) -> None:
    """A subject's cases, oldest first."""
    kept = build.store(build.settings(ctx))
    newest = kept.history.newest_case_of(subject)
    if newest is None:
        raise CaseUnknown("nobody has that pseudonym here: see kiosk subjects list")
    cases = kept.history.of_subject(newest)
    if as_json:
        say.json_line({"cases": [case.as_json() for case in cases]})
        return
    say.table(("case", "lesion", "body site", "when", "finding", "diagnosis"), [_row(case) for case in cases])


def _all(kept: Store) -> list[Subject]:
    known: list[Subject] = []
    while found := kept.history.subjects(_SUBJECTS_AT_ONCE, known[-1].name if known else ""):
        known += found
    return known


def _row(case: Case) -> tuple[str, ...]:
    details, diagnosis = case.details, case.diagnosis
    said = (diagnosis.content["condition"], diagnosis.content["text"]) if diagnosis else ()
    return (
        case.id,
        details.lesion or "-",
        details.body_site or "-",
        say.when(case),
        case.prediction["finding"]["text"] if case.prediction else case.reason or "",
        ", ".join(filter(None, said)),
    )
