"""Run as a program: writes every sample of a finding, and its good neighbour, into a folder to look at or to try.

`.venv/bin/python tests/support/write_samples.py FOLDER` writes `CODE.xlsx` and `CODE-good.xlsx`. Where the day or other
returns make the fault, both are the same, and the sample says what they are.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def write_samples(folder: Path) -> list[Path]:
    """The files, two for each code; where the fault lies around the file, both are the same."""
    from tests.finding_samples.all_samples import SAMPLES, TABLE_SAMPLES

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    named = [(sample, Path(sample.scenario.file_name).suffix) for sample in SAMPLES]
    for sample, ending in (*named, *((one, ".xlsx") for one in TABLE_SAMPLES)):
        for path, make in (
            (f"{sample.code}{ending}", sample.build_faulty),
            (f"{sample.code}-good.xlsx", sample.build_good),
        ):
            (folder / path).write_bytes(make())
            written.append(folder / path)
    return written


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(f"{len(write_samples(Path(sys.argv[1])))} files")
