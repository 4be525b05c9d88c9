"""on_display.py COMMAND…: runs a command on an invisible screen of its own and ends with its exit status."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "e2e"))

from driver.display import Display  # noqa: E402


def main():
    display = Display(640, 480)
    try:
        return subprocess.run(sys.argv[1:], env=display.environment(), check=False).returncode
    finally:
        display.close()


if __name__ == "__main__":
    sys.exit(main())
