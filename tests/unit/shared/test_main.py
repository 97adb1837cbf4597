import runpy
import sys
from importlib.abc import MetaPathFinder

import pytest

import tidings
import tidings.__main__ as program


class Interrupting(MetaPathFinder):
    """Ctrl-C at the moment when the commands are imported."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "tidings.cli":
            raise KeyboardInterrupt


def test_ctrl_c_while_it_still_imports_ends_it_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "tidings.cli", raising=False)
    monkeypatch.delattr(tidings, "cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(program.__file__), run_name="__main__")

    assert ended.value.code == 130
