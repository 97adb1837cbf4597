from pathlib import Path

import pytest

from tidings_local.java import JdkMissing, find_jdk, parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="25.0.1"\n', 25),
        ('JAVA_VERSION="21"', 21),
        ('openjdk version "17.0.2" 2022-01-18', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "26-ea" 2026-03-17', 26),
        ("The operation couldn't be completed.", None),
    ],
)
def test_the_feature_version_is_read_from_files_and_output(text: str, version: int | None) -> None:
    assert parse_version(text) == version


def test_the_first_jdk_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    old = a_jdk(tmp_path / "old", "17.0.9")
    new = a_jdk(tmp_path / "new", "9999.0.1")

    jdk = find_jdk({"ES_JAVA_HOME": str(old), "JAVA_HOME": str(new), "PATH": ""})

    assert (jdk.home, jdk.version, jdk.java) == (new, 9999, new / "bin" / "java")


def test_a_runtime_that_lacks_modules_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tidings_local.java.Path.glob", lambda *_: [])
    slim = a_jdk(tmp_path / "slim", "25", modules="java.base java.net.http")

    with pytest.raises(JdkMissing):
        find_jdk({"JAVA_HOME": str(slim), "PATH": ""})


def test_without_a_jdk_one_sentence_says_what_was_found_and_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tidings_local.java.Path.glob", lambda *_: [])
    old = a_jdk(tmp_path / "old", "17.0.9")

    with pytest.raises(JdkMissing, match=r"JDK 21 or newer.*old is 17.*install one.*JAVA_HOME"):
        find_jdk({"JAVA_HOME": str(old), "PATH": str(tmp_path)})


def a_jdk(home: Path, version: str, modules: str | None = None) -> Path:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch()
    listed = f'MODULES="{modules}"\n' if modules else ""
    (home / "release").write_text(f'JAVA_VERSION="{version}"\n{listed}')
    return home
