"""What is listed, in which order, and how the list is kept."""

import os
import zipfile
from pathlib import Path

import pytest

from legible.bulk.errors import BulkError
from legible.bulk.places import open_place, write_whole
from legible.bulk.plan import Asked, Listed, make_plan, read_list
from legible.bulk.sources import Source, find_sources

ASKED = Asked("parquet", "digits", None, {"digit": "1.1.0", "line": "1.2.0"})


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.fsencode(name))


def _names(*sources: str) -> list[str]:
    return [source.file for source in find_sources(sources, {})]


def _plan(out: Path, *sources: str, asked: Asked = ASKED, part_files: int | None = None) -> Listed:
    return make_plan(open_place(str(out), {}), asked, find_sources(sources, {}), part_files)


def test_folders_give_what_looks_like_a_picture_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "in/b.png", "in/a.JPG", "in/deep/c.pdf", "in/notes.txt", "in/.hidden/d.png")
    (tmp_path / "in/deep/up").symlink_to(tmp_path / "in")
    monkeypatch.chdir(tmp_path)

    assert _names("in") == ["in/a.JPG", "in/b.png", "in/deep/c.pdf"]
    assert _names(f"file://{tmp_path}/in/deep") == [f"file://{tmp_path}/in/deep/c.pdf"]


def test_globs_and_names_give_what_they_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "in/b.png", "in/a.png", "in/odd[1].png", "in/scan")
    monkeypatch.chdir(tmp_path)

    assert _names("in/[ab].png") == ["in/a.png", "in/b.png"]
    assert _names("in/odd[1].png") == ["in/odd[1].png"]  # there is such a file
    assert _names("in/scan") == ["in/scan"]  # named, so it is read whatever it is called


def test_the_same_name_in_two_archives_stays_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one.zip", "two.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a.png", b"1")
            archive.writestr("__MACOSX/._a.png", b"junk")
    monkeypatch.chdir(tmp_path)

    assert _names("one.zip", "two.zip") == ["one.zip!/a.png", "two.zip!/a.png"]


def test_an_archive_that_is_none_is_one_file_with_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, "broken.zip")

    (source,) = find_sources([str(tmp_path)], {})

    assert source.problem is not None
    assert source.problem[0] == "bad_archive"


@pytest.mark.parametrize("name", ["missing", "*.png", "empty"])
def test_a_name_that_leads_to_nothing_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(BulkError, match=f"at {name}".replace("*", r"\*")):
        list(find_sources([name], {}))


def test_a_storage_that_is_not_known_is_told(tmp_path: Path) -> None:
    with pytest.raises(BulkError, match="carrier-pigeon:// cannot be opened"):
        open_place("carrier-pigeon://bucket", {})


def test_what_two_names_lead_to_is_listed_once(tmp_path: Path) -> None:
    _write(tmp_path, "in/a.png", "in/b.png")

    listed = _plan(tmp_path / "out", str(tmp_path / "in"), str(tmp_path / "in/*.png"))

    assert (listed.new, listed.plan.files) == (2, 2)


def test_chunks_are_all_files_once_and_stay_the_same(tmp_path: Path) -> None:
    _write(tmp_path, *(f"in/{number:02}.png" for number in range(23)))

    first = _plan(tmp_path / "out", str(tmp_path / "in"), part_files=5).plan
    again = _plan(tmp_path / "out", str(tmp_path / "in"))

    assert [chunk.count for chunk in first.chunks()] == [5, 5, 5, 5, 3]
    assert (again.plan, again.new, again.gone) == (first, 0, 0)
    listed = read_list(open_place(str(tmp_path / "out"), {}), 0)
    assert [Path(source.file).stem for source in listed] == [f"{n:02}" for n in range(23)]


def test_new_files_come_behind_those_that_were_listed(tmp_path: Path) -> None:
    _write(tmp_path, "in/b.png", "in/c.png")
    before = list(_plan(tmp_path / "out", str(tmp_path / "in"), part_files=1).plan.chunks())
    _write(tmp_path, "in/a.png")
    (tmp_path / "in/c.png").unlink()

    listed = _plan(tmp_path / "out", str(tmp_path / "in"))

    assert (listed.new, listed.gone) == (1, 1)
    assert list(listed.plan.chunks())[:2] == before
    (added,) = read_list(open_place(str(tmp_path / "out"), {}), 1)
    assert added.file.endswith("a.png")


def test_a_file_that_changed_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "in/a.png")
    _plan(tmp_path / "out", str(tmp_path / "in"))
    os.utime(tmp_path / "in/a.png", (1, 1))

    with pytest.raises(BulkError, match=r"a\.png has changed"):
        _plan(tmp_path / "out", str(tmp_path / "in"))


def test_going_on_with_other_options_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "in/a.png")
    _plan(tmp_path / "out", str(tmp_path / "in"))

    other = Asked("parquet", "digits", None, {"digit": "1.1.0", "line": "1.3.0"})
    with pytest.raises(BulkError, match=r"digit 1\.1\.0, line 1\.2\.0, not .* line 1\.3\.0"):
        _plan(tmp_path / "out", str(tmp_path / "in"), asked=other)
    with pytest.raises(BulkError, match="16 files in a part, not 3"):
        _plan(tmp_path / "out", str(tmp_path / "in"), part_files=3)


def test_lists_without_a_plan_count_for_nothing(tmp_path: Path) -> None:
    _write(tmp_path, "in/a.png")
    place = open_place(str(tmp_path / "out"), {})
    stale = Source("stale.png", "/stale.png", 1, "1")
    write_whole(place, place.join("_legible/files-00000.jsonl"), repr(stale).encode())

    assert _plan(tmp_path / "out", str(tmp_path / "in")).plan.files == 1
    assert [Path(source.file).name for source in read_list(place, 0)] == ["a.png"]


def test_names_that_are_no_utf_8_are_kept(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.png")
    _write(tmp_path, f"in/{name}")
    _plan(tmp_path / "out", str(tmp_path / "in"))

    (source,) = read_list(open_place(str(tmp_path / "out"), {}), 0)

    assert Path(source.at).name == name
