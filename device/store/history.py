"""History: the cases of a lesion and of a subject in order, and the subjects there are."""

from dataclasses import dataclass

from device.case import EVERYTHING, Case, Scope
from device.store.case_rows import cases_from, scope_sql, visible_case
from device.store.database import Database

_MOST_CASES = 200


@dataclass(frozen=True)
class Subject:
    """A subject in the list: how much is known, and the newest case, by which pages name it."""

    name: str
    cases: int
    lesions: int
    newest_case_id: str

    def as_json(self) -> dict[str, object]:
        """The subject as the web API gives it."""
        counts = {"cases": self.cases, "lesions": self.lesions}
        return {"subject": self.name, **counts, "newest_case": self.newest_case_id}


class History:
    """Who was seen before, and how a lesion looked then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_lesion(self, case_id: str, scope: Scope = EVERYTHING) -> tuple[Case, ...]:
        """The cases of the same subject's same lesion, oldest first, the 200 newest of them; the
        case alone where it names no lesion or no subject. Raises CaseUnknown.
        """
        return self._alike(case_id, scope, ("subject", "lesion"))

    def of_subject(self, case_id: str, scope: Scope = EVERYTHING) -> tuple[Case, ...]:
        """The cases of the same subject, oldest first, the 200 newest of them; the case alone
        where it names no subject. Raises CaseUnknown.
        """
        return self._alike(case_id, scope, ("subject",))

    def subjects(self, limit: int, after: str = "") -> tuple[Subject, ...]:
        """Up to ``limit`` subjects by name, those behind the name ``after``.

        The index is walked from name to name, so that many cases cost nothing.
        """
        with self._database.read() as r:
            rows = r.execute(
                "WITH RECURSIVE known (name) AS (SELECT min(subject) FROM cases WHERE subject > ? UNION ALL "
                "SELECT (SELECT min(subject) FROM cases WHERE subject > known.name) FROM known "
                "WHERE known.name IS NOT NULL LIMIT ?) "
                "SELECT name, (SELECT count(*) FROM cases WHERE subject = name) AS cases, "
                "(SELECT count(DISTINCT lesion) FROM cases WHERE subject = name) AS lesions, "
                "(SELECT id FROM cases WHERE subject = name ORDER BY number DESC LIMIT 1) AS newest_case_id "
                "FROM known WHERE name IS NOT NULL",
                (after, limit),
            ).fetchall()
        return tuple(Subject(**dict(row)) for row in rows)

    def newest_case_of(self, subject: str) -> str | None:
        """The id of a subject's newest case; None where nobody has that pseudonym."""
        with self._database.read() as r:
            row = r.execute(
                "SELECT id FROM cases WHERE subject = ? ORDER BY number DESC LIMIT 1", (subject,)
            ).fetchone()
        return row["id"] if row else None

    def _alike(self, case_id: str, scope: Scope, names: tuple[str, ...]) -> tuple[Case, ...]:
        with self._database.read() as r:
            case = visible_case(r, case_id, scope)
            values = [getattr(case.details, name) for name in names]
            if None in values:
                return (case,)
            where, admitted = scope_sql(scope)
            same = " AND ".join(f"{name} = ?" for name in names)
            rows = r.execute(
                f"SELECT * FROM cases WHERE {same} AND {where} ORDER BY number DESC LIMIT ?",
                (*values, *admitted, _MOST_CASES),
            ).fetchall()
            return cases_from(r, rows[::-1], scope)
