"""That doubtful corrections are found among very many."""

import pytest
import sqlalchemy as sa

from legible.app.admin import corrections
from legible.app.db import Database


@pytest.mark.parametrize("decided", [False, True])
def test_the_newest_are_found_along_an_index_without_sorting_all(
    decided: bool, database: Database
) -> None:
    query = corrections._candidates(decided, None).limit(50)
    with database.writes() as session:
        explain = "EXPLAIN QUERY PLAN"
        if session.get_bind().dialect.name == "postgresql":
            explain = "EXPLAIN"
            # With as little as a test has it reads all.
            for way in ("seqscan", "bitmapscan"):
                session.execute(sa.text(f"SET LOCAL enable_{way} = off"))
        told = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = "\n".join(row[-1] for row in session.execute(sa.text(f"{explain} {told}")))

    assert "ix_judgements_created_at_user_id_id" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
