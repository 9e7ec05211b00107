"""That the scan finds lines that are none of a log in JSON, and takes all others."""

import lines as scan
import pytest

LINE = '{"time":"2026-11-27T10:00:00.000Z","level":"info","logger":"kusto-sink-worker","message":"m","n":1}'


def test_a_log_passes():
    assert list(scan.problems(f"{LINE}\n{LINE}\n")) == []


@pytest.mark.parametrize("line", [
    "kusto-sink-worker: no configuration: name a file with --config FILE", "Fatal error: Index out of range", "[]", "7",
    LINE[:-1], LINE.replace('"info"', '"loud"'), LINE.replace("10:00", "10h00"), LINE.replace('"message":"m",', ""),
    LINE.replace('"logger":"kusto-sink-worker"', '"logger":1'),
])
def test_a_line_that_is_none_of_a_log_is_found(line):
    assert [number for number, _ in scan.problems(f"{LINE}\n{line}\n{LINE}\n")] == [2]


def test_a_text_log_is_none_in_json():
    assert list(scan.problems(f"2026-11-27T10:00:00.000Z INFO    sink: m\n{LINE}\n")) == []


def test_the_end_of_a_killed_process_passes():
    assert list(scan.problems(f"{LINE}\n{LINE[:40]}")) == []


def test_files(tmp_path, capsys):
    (tmp_path / "good.log").write_text(LINE + "\n")
    assert scan.main([str(tmp_path)]) == 0
    (tmp_path / "bad.log").write_text(LINE + "\nproblem: x\n")
    assert scan.main([str(tmp_path)]) == 1
    assert "bad.log:2: error: " in capsys.readouterr().out
    assert scan.main([]) == 64
